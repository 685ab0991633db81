import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type Names, type Pipeline, pipelineFor, toNames } from "@image-pipeline/schema/config";
import type { Place } from "./place.ts";
import { UserFault } from "./user-fault.ts";

/** The local runtime takes any credentials; AWS gets whatever the SDK finds (environment, profile, role). */
const LOCAL_CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };
const MAX_ATTEMPTS = 5;

/** One pipeline, reachable: its settings, the names of what it is made of, and clients. */
export interface Connection {
  pipeline: Pipeline;
  names: Names;
  accountId: string;
  /** What every message says of where it happened. */
  description: string;
  s3: S3Client;
  sns: SNSClient;
  sqs: SQSClient;
  close(): void;
}

/**
 * Finds the pipeline by its names and the account of the credentials, the same way locally and on AWS.
 *
 * @param pipelines the settings of each environment, from `pipeline.config.ts`
 * @throws {UserFault} when the credentials are of another account than the config names
 * @throws {ConfigError} when there is no such environment
 */
export async function connect(place: Place, pipelines: ReadonlyMap<string, Pipeline>): Promise<Connection> {
  const pipeline = pipelineFor(pipelines, "environment" in place ? place.environment : "local");
  const clients = clientsOf(place, pipeline.region);
  try {
    const accountId = await toAccountId(clients.sts);
    const isForeign =
      "environment" in place && pipeline.accountId !== null && pipeline.accountId !== accountId;
    if (isForeign)
      throw new UserFault(
        `the credentials belong to account ${accountId}, but ${pipeline.environment} is in ${pipeline.accountId}: choose another profile`,
      );
    const description =
      "endpoint" in place ? place.endpoint : `${pipeline.environment} in ${pipeline.region}`;
    return { pipeline, names: toNames(pipeline), accountId, description, ...clients };
  } catch (error) {
    clients.close();
    throw error;
  }
}

function clientsOf(place: Place, region: string) {
  const isLocal = "endpoint" in place;
  const settings = { region, maxAttempts: MAX_ATTEMPTS, ...(isLocal && toLocalSettings(place.endpoint)) };
  const s3 = new S3Client({ ...settings, forcePathStyle: isLocal });
  const sns = new SNSClient(settings);
  const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: !isLocal });
  const sts = new STSClient(settings);
  const close = () => {
    for (const client of [s3, sns, sqs, sts]) client.destroy();
  };
  return { s3, sns, sqs, sts, close };
}

/** What the user's own AWS configuration says of endpoints does not reach a local one. */
function toLocalSettings(endpoint: string) {
  return { endpoint, credentials: LOCAL_CREDENTIALS, useFipsEndpoint: false, useDualstackEndpoint: false };
}

async function toAccountId(sts: STSClient): Promise<string> {
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  if (Account) return Account;
  throw new UserFault("STS does not say which account the credentials belong to");
}
