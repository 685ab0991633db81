import type { ResultEvent, Source } from "@image-pipeline/schema/events";

/** A source as it was read. */
export interface SourceObject {
  bytes: Uint8Array;
  /** The metadata that its uploader gave it (`x-amz-meta-…`), by lower-case names. */
  metadata: Readonly<Record<string, string>>;
}

export interface SourceStore {
  /**
   * Reads exactly this version of the source.
   *
   * @throws {PipelineError} `SOURCE_CHANGED`, `SOURCE_GONE`, `SOURCE_GENERATED`, `STORE_DENIED`, `STORE_UNAVAILABLE`
   */
  read(source: Source): Promise<SourceObject>;
}

export interface ResultPublisher {
  /** @throws {PipelineError} `PUBLISHER_UNAVAILABLE` */
  publish(event: ResultEvent): Promise<void>;
}
