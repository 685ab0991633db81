import type * as z from "zod";
import { PipelineError, type PipelineErrorCode } from "./pipeline-error.ts";
import type { DocumentKind } from "./ports.ts";

/** Makes a kind of document from its schema and the codes of its two errors. */
export function documentKind<Document>(
  schema: z.ZodType<Document>,
  { unreadable, contended }: { unreadable: PipelineErrorCode; contended: PipelineErrorCode },
): DocumentKind<Document> {
  return {
    contended,
    parse(key, text) {
      try {
        return schema.parse(JSON.parse(text));
      } catch (cause) {
        throw new PipelineError(unreadable, `${key} is not of a known version`, { cause });
      }
    },
  };
}
