import type { ResultEvent, Source } from "@image-pipeline/schema/events";

export interface SourceStore {
  /**
   * Reads exactly this version of the source, and never more than so many bytes.
   *
   * @throws {PipelineError} `SOURCE_CHANGED`, `SOURCE_GONE`, `SOURCE_GENERATED`, `STORE_DENIED`, `STORE_UNAVAILABLE`, and
   *   `MESSAGE_REFUSED` if it has another size than the event says
   */
  read(source: Source, maxBytes: number): Promise<ReadSource>;
}

export interface ReadSource {
  bytes: Uint8Array;
  /** True if its metadata says that the pipeline wrote it, and it is no rendition. */
  isFalselyMarked: boolean;
}

export interface ResultPublisher {
  /** @throws {PipelineError} `PUBLISHER_UNAVAILABLE` */
  publish(event: ResultEvent): Promise<void>;
}
