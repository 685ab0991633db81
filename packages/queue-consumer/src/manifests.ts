import { Manifest } from "@image-pipeline/schema";
import type { DocumentKind } from "./ports.ts";

/** Manifests, as documents that a store keeps. */
export const MANIFESTS: DocumentKind<Manifest> = {
  shape: Manifest,
  unreadable: "MANIFEST_UNREADABLE",
  contended: "MANIFEST_CONTENDED",
};
