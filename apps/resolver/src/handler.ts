import { S3Client } from "@aws-sdk/client-s3";
import { CLIENT, MANIFESTS, s3DocumentStore, telemetry } from "@image-pipeline/lambda-kit";
import { ResolverEnvironment, readEnvironment } from "@image-pipeline/schema/environment";
import type { Context } from "aws-lambda";
import { type HttpAnswer, toHttpAnswer } from "./http-answer.ts";
import { toReadableAddress } from "./readable-address.ts";
import { resolve } from "./resolve.ts";
import { s3QuarantineCheck } from "./s3-quarantine-check.ts";

const environment = readEnvironment(ResolverEnvironment, process.env);
const { logger } = telemetry("resolver");
const s3 = new S3Client(CLIENT);
const ports = {
  manifests: s3DocumentStore(s3, environment.PROCESSED_BUCKET, MANIFESTS),
  quarantine: s3QuarantineCheck(s3, environment.PROCESSED_BUCKET),
  placeholder: environment.REJECTED_PLACEHOLDER || undefined,
};

/** Answers a readable address for CloudFront, by the function's URL. An error becomes a 502, which CloudFront does not cache. */
export async function handler(event: unknown, context: Context): Promise<HttpAnswer> {
  logger.addContext(context);
  try {
    const address = toReadableAddress(event, environment.UPLOAD_BUCKET);
    return toHttpAnswer(address ? await resolve(address, ports) : { status: "missing" });
  } catch (error) {
    logger.error("could not answer a readable address; CloudFront asks again at the next request", { error });
    throw error;
  }
}
