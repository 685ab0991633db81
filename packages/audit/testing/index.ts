export * from "./manifests.ts";
export { collect, streamOf } from "./streams.ts";
