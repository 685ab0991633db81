import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Distribution } from "../topology/distribution.ts";

/** CloudFront accepts keys of this length (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html). */
const MODULUS_BITS = 2048;
const OWNER_ONLY_FILE = 0o600;

/** A key pair for signed addresses and cookies. The private keys of the config's pairs are not on this machine. */
export interface SigningKey {
  keyPairId: string;
  /** PEM text. */
  privateKey: string;
  /** The file that holds it. */
  path: string;
}

/** Returns the key pair of the local CloudFront: every run with the same data folder has the same one. */
export function signingKey(folder: string): SigningKey {
  const path = join(folder, "cloudfront-private-key.pem");
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: MODULUS_BITS });
    writeFileSync(path, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: OWNER_ONLY_FILE });
  }
  return { keyPairId: "KLOCAL00000000", privateKey: readFileSync(path, "utf8"), path };
}

/** Returns true if some address needs a signature. */
export function asksForSignatures({ behaviours }: Distribution): boolean {
  return behaviours.some(({ trustedKeys }) => trustedKeys !== null);
}

/** Returns the distribution with one more key wherever it asks for a signature. */
export function trusting(distribution: Distribution, { keyPairId, privateKey }: SigningKey): Distribution {
  const publicKey = createPublicKey(createPrivateKey(privateKey)).export({ type: "spki", format: "pem" });
  return {
    ...distribution,
    behaviours: distribution.behaviours.map((behaviour) => ({
      ...behaviour,
      trustedKeys:
        behaviour.trustedKeys && new Map([...behaviour.trustedKeys, [keyPairId, String(publicKey)]]),
    })),
  };
}
