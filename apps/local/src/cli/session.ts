import type { S3Client } from "@aws-sdk/client-s3";
import type { Ending } from "../accounting/ledger.ts";
import type { Clock } from "../clock.ts";
import type { ObjectChange } from "../front/s3-notification.ts";
import type { InputFile } from "./input-files.ts";
import { copyObject } from "./out-folder.ts";
import { toJson, toLine } from "./report.ts";
import type { Terminal } from "./terminal.ts";

export interface SessionOptions {
  json: boolean;
  /** Where outputs are copied to. */
  out: string | undefined;
  clock: Clock;
  terminal: Pick<Terminal, "result" | "complain">;
}

/** What one run shows and counts. */
export interface Session {
  /** How the files of this run ended. */
  endings: readonly Ending[];
  started(key: string): void;
  changed(change: ObjectChange): void;
  /** An upload that S3 acknowledged; one that no rule asks for has ended with that. */
  uploaded(file: InputFile): void;
  notUploaded(file: InputFile, error: unknown): void;
  ended(ending: Ending): void;
  /** Waits for the copies. @returns whether all is well */
  finish(): Promise<boolean>;
  /** To be told before the first ending where the outputs are. */
  copyFrom(source: { s3: S3Client; bucket: string }): void;
}

const WELL: readonly Ending["fate"][] = ["processed", "rejected", "deleted", "superseded", "ignored"];

export function session({ json, out, clock, terminal }: SessionOptions): Session {
  const starts = new Map<string, number>();
  const announced = new Set<string>();
  const endings: Ending[] = [];
  let copies = Promise.resolve();
  let source: { s3: S3Client; bucket: string } | undefined;
  let isWell = true;

  async function copy({ manifestKey, renditions }: Ending): Promise<void> {
    if (out === undefined || source === undefined || manifestKey === null) return;
    for (const key of [manifestKey, ...renditions.map((rendition) => rendition.key)]) {
      try {
        await copyObject(source.s3, { bucket: source.bucket, key }, out);
      } catch (error) {
        isWell = false;
        terminal.complain(
          `${key} was not copied to ${out}: ${error instanceof Error ? error.message : error}`,
        );
      }
    }
  }
  function ended(ending: Ending): void {
    const start = starts.get(ending.key) ?? ending.upload?.at;
    const milliseconds = start === undefined ? null : Math.round(clock.now() - start);
    if (starts.delete(ending.key)) endings.push(ending);
    if (ending.upload !== null || ending.fate === "failed") isWell &&= WELL.includes(ending.fate);
    terminal.result(json ? toJson(ending, milliseconds) : toLine(ending, milliseconds));
    copies = copies.then(() => copy(ending));
  }
  const withoutEvent = ({ key, bytes }: InputFile, fate: Ending["fate"], reasonText: string): Ending => {
    return {
      key,
      fate,
      status: null,
      reason: null,
      reasonText,
      manifestKey: null,
      renditions: [],
      bytes,
      upload: null,
    };
  };

  return {
    endings,
    ended,
    started: (key) => void starts.set(key, clock.now()),
    changed({ key }) {
      if (starts.has(key)) announced.add(key);
    },
    uploaded(file) {
      if (!announced.has(file.key))
        ended(withoutEvent(file, "ignored", "no notification of the stacks asks for this key"));
    },
    notUploaded(file, error) {
      ended(withoutEvent(file, "failed", `not uploaded: ${error instanceof Error ? error.message : error}`));
    },
    copyFrom(place) {
      source = place;
    },
    async finish() {
      await copies;
      return isWell;
    },
  };
}
