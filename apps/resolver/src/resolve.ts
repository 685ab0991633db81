import type { DocumentStore } from "@image-pipeline/lambda-kit";
import { toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest, OutputFormat, Rendition } from "@image-pipeline/schema/manifest";
import type { ReadableAddress } from "./readable-address.ts";

/** The answer to a readable address. */
export type Resolution =
  | { status: "found"; location: string }
  | { status: "missing" | "rejected" | "deleted" | "quarantined" }
  | { status: "placeholder"; location: string };

export interface QuarantineCheck {
  /**
   * Returns the state of a rendition.
   *
   * @throws {PipelineError} `STORE_UNAVAILABLE`
   */
  stateOf(key: string): Promise<"readable" | "quarantined" | "missing">;
}

export interface ResolvePorts {
  manifests: Pick<DocumentStore<Manifest>, "read">;
  quarantine: QuarantineCheck;
  /** The address to which a rejected upload redirects. */
  placeholder: string | undefined;
}

/** The formats in the order in which they are chosen, by the best one that the browser accepts. */
const CHOICE: Readonly<Record<ReadableAddress["format"], readonly OutputFormat[]>> = {
  avif: ["avif", "webp", "jpeg", "png", "gif"],
  webp: ["webp", "jpeg", "png", "gif", "avif"],
  jpeg: ["jpeg", "png", "gif", "webp", "avif"],
};

/**
 * Finds the newest rendition of a preset by the image's manifest.
 *
 * @throws {PipelineError} when S3 does not answer, or the manifest is of an unknown version
 */
export async function resolve(address: ReadableAddress, ports: ResolvePorts): Promise<Resolution> {
  const manifest = (await ports.manifests.read(toManifestKey(address.bucket, address.key)))?.document;
  if (!manifest) return { status: "missing" };
  if (manifest.status === "deleted") return { status: "deleted" };
  if (manifest.status === "rejected") return toRejected(ports.placeholder);
  const rendition = choose(manifest.renditions, address);
  if (!rendition) return { status: "missing" };
  const state = await ports.quarantine.stateOf(rendition.key);
  if (state !== "readable") return { status: state };
  return { status: "found", location: toLocation(rendition, address.key) };
}

function toRejected(location: string | undefined): Resolution {
  return location === undefined ? { status: "rejected" } : { status: "placeholder", location };
}

function choose(
  renditions: readonly Rendition[],
  { preset, format }: ReadableAddress,
): Rendition | undefined {
  const ofPreset = renditions.filter((rendition) => rendition.preset === preset);
  const found = CHOICE[format].flatMap((one) => ofPreset.find((rendition) => rendition.format === one) ?? []);
  return found[0];
}

/** Returns the rendition's own address, with the source's name as its readable end. */
function toLocation({ key }: Rendition, sourceKey: string): string {
  const extension = key.split(".").at(-1);
  const name = (sourceKey.split("/").at(-1) ?? "").replace(/\.[a-z0-9]{1,5}$/i, "");
  return name === "" ? `/${key}` : `/${key}/${encodeURIComponent(`${name}.${extension}`)}`;
}
