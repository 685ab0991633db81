export { type ListedObject, listObjects } from "./list-objects.ts";
export { s3Manifests } from "./s3-manifests.ts";
export { s3Renditions } from "./s3-renditions.ts";
export { s3Sources } from "./s3-sources.ts";
