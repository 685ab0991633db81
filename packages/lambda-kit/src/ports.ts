import type { ResultEvent, Source } from "@image-pipeline/schema/events";

export interface SourceStore {
  /**
   * Reads exactly this version of the source.
   *
   * @throws {PipelineError} `SOURCE_CHANGED`, `SOURCE_GONE`, `SOURCE_GENERATED`, `STORE_DENIED`, `STORE_UNAVAILABLE`
   */
  read(source: Source): Promise<Uint8Array>;
}

export interface ResultPublisher {
  /** @throws {PipelineError} `PUBLISHER_UNAVAILABLE` */
  publish(event: ResultEvent): Promise<void>;
}
