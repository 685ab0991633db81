/** Everything that a page needs to show the images of a pipeline, as plain data. It runs anywhere: no dependency, no Node.js. */
export { type AddressOptions, addressOf, imageUrl, type UrlOptions } from "./addresses.ts";
export type { ImageAnalyzed, ImageProcessed, ImageRejected, ImageRemoved, Manifest } from "./contract.ts";
export {
  type PictureData,
  type PictureImage,
  type PictureOptions,
  type PictureSource,
  picture,
  type Showable,
} from "./picture.ts";
export type { ProcessedManifest, Rendition, ResultEvent } from "./shapes.ts";
