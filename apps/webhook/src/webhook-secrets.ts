import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

/** Reads the secrets to sign with: the current one, and while it is rotated the one before it. */
export type ReadSecrets = () => Promise<readonly string[]>;

/** A new secret is used after this time at the latest. */
const KEEP_MILLISECONDS = 5 * 60_000;
/** 24 to 64 bytes in base64 (github.com/standard-webhooks/standard-webhooks, "Signature scheme"). */
const FORM = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

/**
 * Reads both versions of a secret from AWS Secrets Manager, at most every five minutes.
 *
 * @throws {Error} when the current version cannot be read, or is not a secret of a webhook; its value is in no message
 */
export function secretsManagerSecrets(
  client: SecretsManagerClient,
  secretArn: string,
  now: () => number = Date.now,
): ReadSecrets {
  let kept: { secrets: readonly string[]; at: number } | undefined;
  return async () => {
    if (kept && now() - kept.at < KEEP_MILLISECONDS) return kept.secrets;
    const current = await read(client, secretArn, "AWSCURRENT");
    if (current === undefined) throw new Error(`the secret ${secretArn} does not exist`);
    const previous = await read(client, secretArn, "AWSPREVIOUS");
    kept = { secrets: previous === undefined ? [current] : [current, previous], at: now() };
    return kept.secrets;
  };
}

/** Returns undefined for a version that does not exist. */
async function read(
  client: SecretsManagerClient,
  SecretId: string,
  VersionStage: string,
): Promise<string | undefined> {
  try {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
    if (FORM.test(SecretString)) return SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
  throw new Error(`${VersionStage} of the secret ${SecretId} must be whsec_ and 24 to 64 bytes in base64`);
}
