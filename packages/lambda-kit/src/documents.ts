import { Manifest } from "@image-pipeline/schema/manifest";
import { PipelineError, type PipelineErrorCode } from "@image-pipeline/schema/processing";
import type * as z from "zod";

/** One kind of document that a store keeps for each image, such as the manifest. */
export interface DocumentKind<Document> {
  /** @throws {PipelineError} when the text is not a document of a known version */
  parse(key: string, text: string): Document;
  /** The error code for a document that other writers change again and again. */
  contended: PipelineErrorCode;
}

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

export const MANIFESTS = documentKind(Manifest, {
  unreadable: "MANIFEST_UNREADABLE",
  contended: "MANIFEST_CONTENDED",
});

/** A document with the eTag that the conditional write of its successor names. */
export interface Stored<Document> {
  document: Document;
  eTag: string;
}

/** The one mutable object that a function keeps for each image, such as its manifest. */
export interface DocumentStore<Document> {
  kind: DocumentKind<Document>;
  /** @throws {PipelineError} `STORE_UNAVAILABLE`, `STORE_DENIED`, or the kind's error of `parse` */
  read(key: string): Promise<Stored<Document> | undefined>;
  /**
   * Writes only if the document is still the one given, or if there is still none.
   *
   * @returns false when it has changed since
   * @throws {PipelineError} `STORE_UNAVAILABLE`, `STORE_DENIED`
   */
  replace(key: string, current: Stored<Document> | undefined, next: Document): Promise<boolean>;
}

const MAX_ATTEMPTS = 8;

/**
 * Ends a loop of read, decide and replace, in which another writer was first every time.
 *
 * @param attempt the number of the attempt that failed, from 1
 * @throws {PipelineError} the kind's `contended` after eight attempts
 */
export function requireAttempt(
  attempt: number,
  { contended }: Pick<DocumentKind<unknown>, "contended">,
  key: string,
): void {
  if (attempt < MAX_ATTEMPTS) return;
  throw new PipelineError(contended, `${key} was changed by other writers ${MAX_ATTEMPTS} times in a row`);
}
