import type { EncodedRendition } from "@image-pipeline/imaging";
import type { Facts } from "@image-pipeline/schema";
import type { Recipe } from "@image-pipeline/schema/config";

/**
 * The image engine: hands over each rendition as soon as it is ready, and the facts once all are.
 *
 * @throws {ImageRejection} for anything that the picture itself causes
 */
export type RenderImage = (
  source: Uint8Array,
  recipe: Recipe,
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
