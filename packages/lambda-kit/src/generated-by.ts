/** The metadata of everything we write: a loop guard for whoever copies outputs into the upload bucket. */
export const GENERATED_BY = "image-pipeline";
