import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const BYTES = 32;
const OWNER_ONLY_FILE = 0o600;

/** Returns the secret of the local webhook, `whsec_…`: every run with the same data folder has the same one. */
export function webhookSecret(folder: string): string {
  const file = join(folder, "webhook-secret");
  if (!existsSync(file))
    writeFileSync(file, `whsec_${randomBytes(BYTES).toString("base64")}`, { mode: OWNER_ONLY_FILE });
  return readFileSync(file, "utf8").trim();
}
