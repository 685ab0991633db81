import type { ResultEvent, Source } from "@image-pipeline/schema";
import type { PipelineErrorCode } from "./pipeline-error.ts";

export interface SourceStore {
  /**
   * The bytes of exactly this version of the source.
   *
   * @throws {PipelineError} `SOURCE_CHANGED`, `SOURCE_GONE`, `SOURCE_GENERATED`, `STORE_DENIED`, `STORE_UNAVAILABLE`
   */
  read(source: Source): Promise<Uint8Array>;
}

/** One kind of document that a store keeps for each image, such as the manifest. */
export interface DocumentKind<Document> {
  /** @throws {PipelineError} when the text is not a document of a known version */
  parse(key: string, text: string): Document;
  /** The error code for a document that other writers change again and again. */
  contended: PipelineErrorCode;
}

/** A document with the eTag that a conditional write of its successor names. */
export interface Stored<Document> {
  document: Document;
  eTag: string;
}

/** The one mutable object of each image that a consumer keeps, such as its manifest. */
export interface DocumentStore<Document> {
  kind: DocumentKind<Document>;
  /** @throws {PipelineError} `STORE_UNAVAILABLE`, `STORE_DENIED`, the kind's error of `parse` */
  read(key: string): Promise<Stored<Document> | undefined>;
  /**
   * Writes only when the document is still the one given (none: when there is still none).
   *
   * @returns false when it has changed meanwhile
   * @throws {PipelineError} `STORE_UNAVAILABLE`, `STORE_DENIED`
   */
  replace(key: string, current: Stored<Document> | undefined, next: Document): Promise<boolean>;
}

export interface ResultPublisher {
  /** @throws {PipelineError} `PUBLISHER_UNAVAILABLE` */
  publish(event: ResultEvent): Promise<void>;
}

/** Time as a parameter: what o'clock it is, and how long this invocation still has. */
export interface Clock {
  now(): Date;
  remainingMilliseconds(): number;
}
