import type { Webhook } from "@image-pipeline/schema/config";
import type { Statement } from "./policy-document.ts";

/** Allows reading the secrets of webhooks, and nothing else that their keys encrypt. */
export function readWebhookSecrets(
  webhooks: readonly Pick<Webhook, "secretArn" | "secretKeyArn">[],
): Statement[] {
  const [arns, keyArns] = [
    [...new Set(webhooks.map(({ secretArn }) => secretArn))],
    [...new Set(webhooks.flatMap(({ secretKeyArn }) => secretKeyArn ?? []))],
  ];
  return [
    ...(arns.length === 0 ? [] : [readSecrets(arns)]),
    ...(keyArns.length === 0 ? [] : [decryptSecrets(keyArns, arns)]),
  ];
}

function readSecrets(arns: readonly string[]): Statement {
  return {
    Sid: "ReadWebhookSecrets",
    Effect: "Allow",
    Action: "secretsmanager:GetSecretValue",
    Resource: [...arns],
  };
}

/** Secrets Manager decrypts with the secret's ARN as context (docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html). */
function decryptSecrets(keyArns: readonly string[], arns: readonly string[]): Statement {
  return {
    Sid: "DecryptWebhookSecrets",
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: [...keyArns],
    Condition: { StringEquals: { "kms:EncryptionContext:SecretARN": [...arns] } },
  };
}
