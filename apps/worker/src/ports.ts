import type { EncodedRendition } from "@image-pipeline/imaging";
import type { Facts, Manifest, ResultEvent, Source } from "@image-pipeline/schema";
import type { Limits, Presets } from "@image-pipeline/schema/config";

export interface SourceStore {
  /**
   * The bytes of exactly this version of the source.
   *
   * @throws {PipelineError} `SOURCE_CHANGED`, `SOURCE_GONE`, `SOURCE_GENERATED`, `STORE_DENIED`, `STORE_UNAVAILABLE`
   */
  read(source: Source): Promise<Uint8Array>;
}

/**
 * The image engine: hands over each rendition as soon as it is ready, and the facts once all are.
 *
 * @throws {ImageRejection} for anything that the picture itself causes
 */
export type RenderImage = (
  source: Uint8Array,
  recipe: { presets: Presets; limits: Limits },
  emit: (rendition: EncodedRendition) => void,
) => Promise<Facts>;

export interface RenditionStore {
  /** @throws {PipelineError} `STORE_UNAVAILABLE` */
  put(key: string, rendition: EncodedRendition): Promise<void>;
  /** Lets every object under a prefix expire after the grace period. @throws {PipelineError} `STORE_UNAVAILABLE` */
  expire(prefix: string): Promise<void>;
  /** Removes every object under a prefix. @throws {PipelineError} `STORE_UNAVAILABLE` */
  remove(prefix: string): Promise<void>;
}

/** A manifest with the eTag that a conditional write of its successor names. */
export interface StoredManifest {
  manifest: Manifest;
  eTag: string;
}

export interface ManifestStore {
  /** @throws {PipelineError} `STORE_UNAVAILABLE`, `MANIFEST_UNREADABLE` */
  read(key: string): Promise<StoredManifest | undefined>;
  /**
   * Writes only when the manifest is still the one given (none: when there is still none).
   *
   * @returns false when it has changed meanwhile
   * @throws {PipelineError} `STORE_UNAVAILABLE`
   */
  replace(key: string, current: StoredManifest | undefined, next: Manifest): Promise<boolean>;
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
