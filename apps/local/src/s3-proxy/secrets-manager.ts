import { LOCAL_WEBHOOK } from "@image-pipeline/schema/names";
import { z } from "zod";
import { readBody } from "../net/read-body.ts";
import type { Exchange } from "./upstream.ts";

const MAX_BODY_BYTES = 64 * 1024;
const GetSecretValue = z.object({ SecretId: z.string(), VersionStage: z.string().default("AWSCURRENT") });

/** Returns true for a request to the API of AWS Secrets Manager. */
export function asksSecretsManager({ headers }: Exchange["request"]): boolean {
  return String(headers["x-amz-target"]).startsWith("secretsmanager.");
}

/** Answers `GetSecretValue` for the local webhook's secret, which has one version. Nothing else is a secret here. */
export async function answerSecretsManager({ request, response }: Exchange, secret: string): Promise<void> {
  const body = String(await readBody(request, MAX_BODY_BYTES));
  const give = (status: number, answer: Readonly<Record<string, unknown>>) =>
    void response
      .writeHead(status, { "content-type": "application/x-amz-json-1.1" })
      .end(JSON.stringify(answer));
  if (request.headers["x-amz-target"] !== "secretsmanager.GetSecretValue")
    return give(400, { __type: "InvalidRequestException", message: "only GetSecretValue runs here" });
  const asked = GetSecretValue.safeParse(toJson(body));
  if (!asked.success)
    return give(400, { __type: "InvalidParameterException", message: "SecretId is missing" });
  const { SecretId, VersionStage } = asked.data;
  if (SecretId !== LOCAL_WEBHOOK.secretArn || VersionStage !== "AWSCURRENT")
    return give(400, {
      __type: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret.",
    });
  give(200, { ARN: SecretId, SecretString: secret, VersionStages: [VersionStage] });
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
