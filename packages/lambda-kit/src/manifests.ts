import { Manifest } from "@image-pipeline/schema";
import { documentKind } from "./document-kind.ts";

/** Manifests, as documents that a store keeps. */
export const MANIFESTS = documentKind(Manifest, {
  unreadable: "MANIFEST_UNREADABLE",
  contended: "MANIFEST_CONTENDED",
});
