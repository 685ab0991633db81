import { createHash } from "node:crypto";

/** An object as S3 keeps it; the eTag with its quotes, as every answer of S3 has it. */
export interface StoredObject {
  key: string;
  body: Uint8Array;
  eTag: string;
  versionId: string;
  metadata: Record<string, string>;
  tags: string;
  contentType: string | undefined;
  cacheControl: string | undefined;
}

export interface PutOptions {
  metadata?: Record<string, string>;
  tags?: string;
  contentType?: string | undefined;
  cacheControl?: string | undefined;
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
}

/** An error answer of S3. */
export class S3Fault extends Error {
  override readonly name = "S3Fault";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

/** One version of a key; a delete marker holds no object. */
interface Version {
  versionId: string;
  object: StoredObject | undefined;
}

/**
 * A bucket with S3's rules for conditional writes, versions and delete markers
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
 */
export function memoryBucket({ versioned = false } = {}) {
  const keys = new Map<string, Version[]>();
  let count = 0;
  const current = (key: string) => keys.get(key)?.at(-1)?.object;

  function add(key: string, object: StoredObject | undefined): string {
    const versionId = object?.versionId ?? `marker-${++count}`;
    const version = { versionId, object };
    keys.set(key, versioned ? [...(keys.get(key) ?? []), version] : [version]);
    return versionId;
  }

  return {
    isVersioned: versioned,

    /** @throws {S3Fault} 412 when the condition fails, 404 for `ifMatch` on a key that is not there */
    put(key: string, body: Uint8Array, options: PutOptions = {}): StoredObject {
      const standing = current(key);
      if (options.ifMatch !== undefined && !standing) throw new S3Fault(404, "NoSuchKey");
      if (options.ifMatch !== undefined && standing?.eTag !== options.ifMatch)
        throw new S3Fault(412, "PreconditionFailed");
      if (options.ifNoneMatch === "*" && standing) throw new S3Fault(412, "PreconditionFailed");
      const { metadata = {}, tags = "", contentType, cacheControl } = options;
      const eTag = `"${createHash("md5").update(body).digest("hex")}"`;
      const object = { key, body, eTag, versionId: `v${++count}`, metadata, tags, contentType, cacheControl };
      add(key, object);
      return object;
    },

    /** @throws {S3Fault} 404 for a key or version that is not there, 412 when the eTag differs */
    get(key: string, { versionId, ifMatch }: { versionId?: string; ifMatch?: string } = {}): StoredObject {
      const object = versionId
        ? keys.get(key)?.find((version) => version.versionId === versionId)?.object
        : current(key);
      if (!object) throw new S3Fault(404, versionId ? "NoSuchVersion" : "NoSuchKey");
      if (ifMatch !== undefined && object.eTag !== ifMatch) throw new S3Fault(412, "PreconditionFailed");
      return object;
    },

    /** Replaces the tags of an object, or of one version of it; nothing else of it changes. @throws {S3Fault} as `get` */
    tag(key: string, tags: string, versionId?: string): void {
      this.get(key, versionId ? { versionId } : {}).tags = tags;
    },

    /** Removes a key (in a versioned bucket by a marker, whose version is returned) or one version of it for good. */
    remove(key: string, versionId?: string): string | undefined {
      if (versioned && versionId === undefined) return add(key, undefined);
      const left = (keys.get(key) ?? []).filter(
        (version) => versionId !== undefined && version.versionId !== versionId,
      );
      if (left.length > 0) keys.set(key, left);
      else keys.delete(key);
      return versionId;
    },

    /** Keys with a current object, in S3's order. */
    list(prefix = ""): string[] {
      return [...keys.keys()].filter((key) => key.startsWith(prefix) && current(key)).sort();
    },
  };
}
export type MemoryBucket = ReturnType<typeof memoryBucket>;
