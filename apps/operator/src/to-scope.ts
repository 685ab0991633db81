import { isProcessed } from "@image-pipeline/audit";
import { USAGE, UserFault } from "@image-pipeline/operator-kit";
import type { Pipeline } from "@image-pipeline/schema/config";

/** Which keys of the upload bucket a run is about. */
export interface Scope {
  /** What the listing begins with. */
  prefix: string;
  /** Whether uploads under this key are processed at all, by the prefix and suffixes of the config. */
  isProcessed(key: string): boolean;
}

/**
 * @param prefix of `--prefix`
 * @throws {UserFault} when nothing under it is ever processed
 */
export function toScope(
  { uploads }: { uploads: Pick<Pipeline["uploads"], "prefix" | "suffixes"> },
  prefix: string,
): Scope {
  const narrower = prefix.length > uploads.prefix.length ? prefix : uploads.prefix;
  if (!narrower.startsWith(prefix) || !narrower.startsWith(uploads.prefix))
    throw new UserFault(
      `nothing under "${prefix}" is processed: uploads.prefix of pipeline.config.ts is "${uploads.prefix}"`,
      USAGE,
    );
  return { prefix: narrower, isProcessed: (key) => isProcessed(key, uploads) };
}
