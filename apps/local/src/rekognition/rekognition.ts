import { STSClient } from "@aws-sdk/client-sts";
import type { AnalysisTaskEnvironment } from "@image-pipeline/schema/config";
import type { Credentials } from "../services/clients.ts";
import type { LambdaFunction } from "../topology/topology.ts";
import { UserFault } from "../user-fault.ts";
import { startSimulatedRekognition } from "./simulated-rekognition.ts";

const ANALYSIS = "ANALYSIS" satisfies keyof AnalysisTaskEnvironment;

/** Which Rekognition the functions ask: one of this machine's own, or the real one, which is paid for. */
export type RekognitionChoice = "simulated" | "aws";

/** The Rekognition that the functions ask. */
export interface Rekognition {
  /** For people: what it is and where. */
  description: string;
  endpoint: string;
  /** Those that a function needs for it; undefined where any will do. */
  credentialsFor(lambda: LambdaFunction): Credentials | undefined;
  close(): Promise<void>;
}

/** @throws {UserFault} when the real one is asked for and there are no credentials */
export async function openRekognition(choice: RekognitionChoice, region: string): Promise<Rekognition> {
  if (choice === "aws") return realRekognition(region);
  const simulated = await startSimulatedRekognition();
  return {
    ...simulated,
    description: `simulated, at ${simulated.endpoint}`,
    credentialsFor: () => undefined,
  };
}

/** With the user's own credentials, found where the AWS SDK looks for them; functions get those of the start. */
async function realRekognition(region: string): Promise<Rekognition> {
  const credentials = await ownCredentials(region);
  return {
    description: `Amazon Rekognition in ${region}, which bills every picture`,
    endpoint: `https://rekognition.${region}.amazonaws.com`,
    credentialsFor: (lambda) => (asksRekognition(lambda) ? credentials : undefined),
    close: async () => {},
  };
}

async function ownCredentials(region: string): Promise<Credentials> {
  // Any client finds them the same way: environment, profile, single sign-on, container or instance.
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
