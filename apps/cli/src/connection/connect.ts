import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { ConfigError, type Pipeline, pipelineFor } from "@image-pipeline/schema/config";
import { type Names, toNames } from "@image-pipeline/schema/names";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { isUnreachable } from "../program/to-fault.ts";
import type { Target } from "./target.ts";

/** The local runtime accepts any credentials; AWS gets those that the SDK finds (environment, profile, role). */
const LOCAL_CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };
const MAX_ATTEMPTS = 5;

/** One pipeline, connected: its settings, the names of its resources, and clients. */
export interface Connection {
  pipeline: Pipeline;
  names: Names;
  accountId: string;
  /** Its name in messages: `http://127.0.0.1:4566`, `prod in eu-central-1`. */
  description: string;
  /** The settings of any further client of AWS. */
  client: ClientSettings;
  s3: S3Client;
  sns: SNSClient;
  sqs: SQSClient;
  close(): void;
}

/**
 * Finds the pipeline by its names and the account of the credentials, the same way locally and on AWS.
 *
 * @param pipelines the settings of each environment, from `pipeline.config.ts`
 * @throws {UserFault} for an unknown environment, or credentials of another account than the config names
 */
export async function connect(target: Target, pipelines: ReadonlyMap<string, Pipeline>): Promise<Connection> {
  const pipeline = settingsFor(target, pipelines);
  const client = toClientSettings(target, pipeline.region);
  const clients = openClients(client);
  try {
    const accountId = await toAccountId(clients.sts, target);
    const isForeign =
      "environment" in target && pipeline.accountId !== null && pipeline.accountId !== accountId;
    if (isForeign)
      throw new UserFault(
        `the credentials belong to account ${accountId}, but ${pipeline.environment} is in ${pipeline.accountId}: choose another profile`,
      );
    const description =
      "endpoint" in target ? target.endpoint : `${pipeline.environment} in ${pipeline.region}`;
    return { pipeline, names: toNames(pipeline), accountId, description, client, ...clients };
  } catch (error) {
    clients.close();
    throw error;
  }
}

/** @throws {UserFault} when there is no such environment */
export function settingsFor(target: Target, pipelines: ReadonlyMap<string, Pipeline>): Pipeline {
  if ("environment" in target) return environmentOf(pipelines, target.environment);
  const { settingsOf } = target;
  return pipelineFor(pipelines, settingsOf === undefined ? "local" : `local:${settingsOf}`);
}

/** @throws {UserFault} that names the environments there are */
export function environmentOf(pipelines: ReadonlyMap<string, Pipeline>, environment: string): Pipeline {
  const pipeline = pipelines.get(environment);
  if (pipeline) return pipeline;
  throw new UserFault(unknownEnvironment(pipelines, environment), USAGE);
}

function unknownEnvironment(pipelines: ReadonlyMap<string, Pipeline>, environment: string): string {
  try {
    pipelineFor(pipelines, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return `"${environment}" names this machine, not an environment of pipeline.config.ts: leave --environment out`;
}

interface ClientSettings {
  region: string;
  maxAttempts: number;
  endpoint?: string;
  credentials?: typeof LOCAL_CREDENTIALS;
  useFipsEndpoint?: boolean;
  useDualstackEndpoint?: boolean;
}

/** The user's own AWS configuration of endpoints must not reach a local one. */
function toClientSettings(target: Target, region: string): ClientSettings {
  const settings = { region, maxAttempts: MAX_ATTEMPTS };
  if ("environment" in target) return settings;
  const local = { credentials: LOCAL_CREDENTIALS, useFipsEndpoint: false, useDualstackEndpoint: false };
  return { ...settings, ...local, endpoint: target.endpoint };
}

function openClients(settings: ClientSettings) {
  const isLocal = settings.endpoint !== undefined;
  const s3 = new S3Client({ ...settings, forcePathStyle: isLocal });
  const sns = new SNSClient(settings);
  const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: !isLocal });
  const sts = new STSClient(settings);
  const close = () => {
    for (const client of [s3, sns, sqs, sts]) client.destroy();
  };
  return { s3, sns, sqs, sts, close };
}

/** The first call of every command: a server that does not answer it correctly is not a local runtime. */
async function toAccountId(sts: STSClient, target: Target): Promise<string> {
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    if (Account) return Account;
  } catch (error) {
    if ("environment" in target || isUnreachable(error)) throw error;
  }
  throw new UserFault(
    "environment" in target
      ? "STS does not say which account the credentials belong to"
      : `${target.endpoint} answers, but it is not an S3/SQS endpoint: check --endpoint`,
  );
}
