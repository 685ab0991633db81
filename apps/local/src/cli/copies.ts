import type { S3Client } from "@aws-sdk/client-s3";
import type { Ending } from "../tracking/tracked-uploads.ts";
import { copyObject } from "./out-folder.ts";
import type { Terminal } from "./terminal.ts";

/** The bucket that outputs are copied from. */
export interface CopySource {
  s3: S3Client;
  bucket: string;
}

/** Copies outputs to a folder, one image after the other. */
export interface Copies {
  /** To be told before the first image. */
  from(source: CopySource): void;
  add(ending: Pick<Ending, "manifestKey" | "renditions">): void;
  /** Waits for them. @returns whether all were copied */
  done(): Promise<boolean>;
}

/** @param out undefined to copy nothing */
export function copies(out: string | undefined, { complain }: Pick<Terminal, "complain">): Copies {
  let source: CopySource | undefined;
  let last = Promise.resolve();
  let copiedAll = true;

  async function copy(key: string): Promise<void> {
    if (out === undefined || source === undefined) return;
    try {
      await copyObject(source.s3, { bucket: source.bucket, key }, out);
    } catch (error) {
      copiedAll = false;
      complain(`${key} was not copied to ${out}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return {
    from(place) {
      source = place;
    },
    add({ manifestKey, renditions }) {
      if (manifestKey === null) return;
      const keys = [manifestKey, ...renditions.map(({ key }) => key)];
      last = last.then(() => Promise.all(keys.map(copy))).then(() => undefined);
    },
    async done() {
      await last;
      return copiedAll;
    },
  };
}
