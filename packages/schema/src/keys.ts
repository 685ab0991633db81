/** The keys of objects in the processed bucket, which follow from the image that they belong to. */
export {
  PROCESSED_PREFIXES,
  SECRET_KEY,
  toAnalysisKey,
  toImageId,
  toImagePath,
  toManifestKey,
  toRenditionKey,
  toRenditionPrefix,
  toRenditionTag,
} from "./messages/keys.ts";
