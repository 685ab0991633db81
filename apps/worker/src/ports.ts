import type { EncodedRendition } from "@image-pipeline/imaging";
import type { Recipe } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";

/**
 * The image engine: emits each rendition as soon as it is ready, and returns the facts after the last one.
 *
 * @throws {ImageRejection} for every error that the picture itself causes
 */
export type RenderImage = (
  source: Uint8Array,
  recipe: Recipe & { focus?: string | undefined },
  emit: (rendition: EncodedRendition) => void,
) => Promise<Facts>;

export interface RenditionStore {
  /** @throws {PipelineError} `STORE_UNAVAILABLE` */
  put(key: string, rendition: EncodedRendition): Promise<void>;
  /** Marks every object under a prefix to expire after the grace period. @throws {PipelineError} `STORE_UNAVAILABLE` */
  expire(prefix: string): Promise<void>;
  /** Removes every object under a prefix. @throws {PipelineError} `STORE_UNAVAILABLE` */
  remove(prefix: string): Promise<void>;
}
