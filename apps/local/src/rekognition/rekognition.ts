import { STSClient } from "@aws-sdk/client-sts";
import type { AnalysisTaskEnvironment } from "@image-pipeline/schema/environment";
import { UserFault } from "@image-pipeline/schema/user-fault";
import type { Credentials } from "../services/clients.ts";
import type { LambdaFunction } from "../topology/topology.ts";
import { startSimulatedRekognition } from "./simulated-rekognition.ts";

const ANALYSIS = "ANALYSIS" satisfies keyof AnalysisTaskEnvironment;

/** The Rekognition that the functions use: simulated on this machine, or the real service, which AWS charges for. */
export type RekognitionChoice = "simulated" | "aws";

/** The Rekognition that the functions use. */
export interface Rekognition {
  /** Kind and address, for messages. */
  description: string;
  endpoint: string;
  /** Returns the credentials that a function needs for it; undefined if any will do. */
  credentialsFor(lambda: LambdaFunction): Credentials | undefined;
  close(): Promise<void>;
}

/** @throws {UserFault} if the real service is chosen and there are no credentials */
export async function openRekognition(choice: RekognitionChoice, region: string): Promise<Rekognition> {
  if (choice === "aws") return realRekognition(region);
  const simulated = await startSimulatedRekognition();
  return {
    ...simulated,
    description: `simulated, at ${simulated.endpoint}`,
    credentialsFor: () => undefined,
  };
}

/** Uses the user's own credentials, found as the AWS SDK finds them, once at the start. */
async function realRekognition(region: string): Promise<Rekognition> {
  const credentials = await ownCredentials(region);
  return {
    description: `Amazon Rekognition in ${region}, which AWS charges for`,
    endpoint: `https://rekognition.${region}.amazonaws.com`,
    credentialsFor: (lambda) => (asksRekognition(lambda) ? credentials : undefined),
    close: async () => {},
  };
}

async function ownCredentials(region: string): Promise<Credentials> {
  // Every client of the SDK finds them the same way: environment, profile, single sign-on, container or instance.
  const client = new STSClient({ region });
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  } catch (error) {
    throw new UserFault(
      `--rekognition aws needs AWS credentials: ${error instanceof Error ? error.message : error}`,
    );
  } finally {
    client.destroy();
  }
}

/** Returns true for a function that calls Rekognition, which has the settings of the analysis in its environment. */
export function asksRekognition({ environment }: Pick<LambdaFunction, "environment">): boolean {
  return environment[ANALYSIS] !== undefined;
}
