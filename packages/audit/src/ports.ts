import type { Manifest } from "@image-pipeline/schema/manifest";

/** An object of the upload bucket as a listing shows it. The eTag is without quotes. */
export interface ListedSource {
  key: string;
  eTag: string;
  size: number;
  modifiedAt: Date;
}

/** An existing object of the upload bucket, from a separate read. */
export interface ExistingSource extends ListedSource {
  versionId: string | null;
  /** The time of that read by S3's clock, in whole seconds like `modifiedAt`. */
  seenAt: Date;
  /** True if it has the mark of a rendition: the worker proves it, and does not process such an object. */
  isGenerated: boolean;
}

export interface Sources {
  bucket: string;
  /** In the order of S3's listings. @param after only keys behind this one */
  list(prefix: string, after?: string): AsyncIterable<ListedSource>;
  find(key: string): Promise<ExistingSource | undefined>;
}

/** The manifest under a key; `unreadable` if it is not a manifest of a known version. */
export type Read = Manifest | "unreadable" | undefined;

export interface Manifests {
  /** Keys, in the order of S3's listings. @param after only keys behind this one */
  list(prefix: string, after?: string): AsyncIterable<string>;
  read(key: string): Promise<Read>;
}

export interface ListedRendition {
  key: string;
  bytes: number;
  modifiedAt: Date;
}

export interface Renditions {
  /** Everything under `renditions/<image id>/`. */
  list(imageId: string): AsyncIterable<ListedRendition>;
  /** The ids of all images that have anything under `renditions/`. */
  imageIds(): AsyncIterable<string>;
  /** Returns true if the worker has marked it to expire; undefined when it is gone. */
  isSuperseded(key: string): Promise<boolean | undefined>;
  /** Returns the SHA-256 of its current bytes in hexadecimal; undefined when it is gone, `denied` if access is denied. */
  sha256(key: string): Promise<string | "denied" | undefined>;
  remove(keys: readonly string[]): Promise<void>;
}
