import { isProcessed } from "@image-pipeline/audit";
import type { Pipeline } from "@image-pipeline/schema/config";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";

/** The keys of the upload bucket that a run is about. */
export interface Scope {
  /** The prefix of the listing. */
  prefix: string;
  /** Tells if uploads with this key are processed, by the prefix and suffixes of the config. */
  isProcessed(key: string): boolean;
}

/**
 * @param prefix the value of `--prefix`
 * @throws {UserFault} when nothing below it is processed
 */
export function toScope(
  { uploads }: { uploads: Pick<Pipeline["uploads"], "prefix" | "suffixes"> },
  prefix: string,
): Scope {
  const narrower = prefix.length > uploads.prefix.length ? prefix : uploads.prefix;
  if (!narrower.startsWith(prefix) || !narrower.startsWith(uploads.prefix))
    throw new UserFault(
      `nothing below "${prefix}" is processed: uploads.prefix of pipeline.config.ts is "${uploads.prefix}"`,
      USAGE,
    );
  return { prefix: narrower, isProcessed: (key) => isProcessed(key, uploads) };
}
