/** The keys of objects in the processed bucket, which follow from the image that they belong to. */
export {
  SECRET_KEY,
  toAnalysisKey,
  toImageId,
  toManifestKey,
  toRenditionKey,
  toRenditionPrefix,
  toRenditionTag,
} from "./messages/keys.ts";
