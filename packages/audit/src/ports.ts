import type { Manifest } from "@image-pipeline/schema";

/** An object of the upload bucket as a listing shows it. The eTag is without quotes. */
export interface ListedSource {
  key: string;
  eTag: string;
  size: number;
  modifiedAt: Date;
}

/** An object of the upload bucket as it stands, by a read of its own. */
export interface StandingSource extends ListedSource {
  versionId: string | null;
  /** When it was seen to stand, by S3's clock, in whole seconds as `modifiedAt` is. */
  seenAt: Date;
  /** Whether the pipeline itself wrote it: the worker never processes such a one. */
  isGenerated: boolean;
}

export interface Sources {
  bucket: string;
  /** In the order of S3's listings. @param after only keys behind this one */
  list(prefix: string, after?: string): AsyncIterable<ListedSource>;
  find(key: string): Promise<StandingSource | undefined>;
}

/** What stands at a manifest's key; `unreadable` where it is no manifest of a version we know. */
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
  /** Whether the worker has marked it to expire; undefined when it is gone. */
  isSuperseded(key: string): Promise<boolean | undefined>;
  /** Of its bytes as they are now, in hexadecimal; undefined when it is gone, `denied` where it may not be read. */
  sha256(key: string): Promise<string | "denied" | undefined>;
  remove(keys: readonly string[]): Promise<void>;
}
