export * from "./manifests.ts";
export { MemoryWorld } from "./memory-world.ts";
export { collect, streamOf } from "./streams.ts";
