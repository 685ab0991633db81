import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Credentials } from "../services/clients.ts";
import type { LambdaFunction } from "../topology/topology.ts";

export interface EnvironmentSettings {
  /** The endpoint of S3, SNS and SQS. */
  endpoint: string;
  /** The endpoint of Rekognition. */
  rekognitionEndpoint: string;
  region: string;
  credentials: Credentials;
  /** The folder of its unpacked zip. */
  taskRoot: string;
  /** The Runtime API's address for one process. */
  runtimeApi: string;
}

/**
 * Returns the environment of a function's process: the stack's variables and those that Lambda sets
 * (docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html). It inherits nothing from this process, and does
 * not read the user's AWS configuration files.
 */
export function toEnvironment(lambda: LambdaFunction, settings: EnvironmentSettings): Record<string, string> {
  const { endpoint, rekognitionEndpoint, region, credentials, taskRoot, runtimeApi } = settings;
  return {
    ...lambda.environment,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_CONFIG_FILE: join(taskRoot, ".aws-config"),
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_REKOGNITION: rekognitionEndpoint,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: lambda.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${lambda.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `[$LATEST]${randomUUID().replaceAll("-", "")}`,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_REGION: region,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_SHARED_CREDENTIALS_FILE: join(taskRoot, ".aws-credentials"),
    HOME: taskRoot,
    LAMBDA_TASK_ROOT: taskRoot,
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TZ: ":UTC",
    _HANDLER: lambda.handler,
  };
}
