import { PipelineError } from "./pipeline-error.ts";
import type { DocumentStore } from "./ports.ts";

const ATTEMPTS = 8;

/** How one document follows another. */
export interface Succession<Document, Decision extends string> {
  decide: (current: Document | undefined) => Decision;
  /** The decision that leads to a write; with any other nothing is written. */
  write: Decision;
  next: (current: Document | undefined) => Document | Promise<Document>;
}

/**
 * Replaces a document in one conditional write. When somebody else was first, reads again and decides again.
 *
 * @returns the decision, and the document that now stands
 * @throws {PipelineError} the kind's `contended` when eight attempts all met another writer
 */
export async function writeDocument<Document, Decision extends string>(
  store: DocumentStore<Document>,
  key: string,
  { decide, write, next }: Succession<Document, Decision>,
): Promise<{ decision: Decision; document: Document | undefined }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const current = await store.read(key);
    const decision = decide(current?.document);
    if (decision !== write) return { decision, document: current?.document };
    const document = await next(current?.document);
    if (await store.replace(key, current, document)) return { decision, document };
  }
  throw new PipelineError(store.kind.contended, `${key} was changed by others ${ATTEMPTS} times in a row`);
}
