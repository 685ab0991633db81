import type { Clock } from "../clock.ts";
import type { ObjectChange } from "../s3-proxy/s3-notification.ts";
import type { Ending } from "../tracking/tracked-uploads.ts";
import type { Copies } from "./copies.ts";
import type { InputFile } from "./input-files.ts";
import { toJson, toLine } from "./report.ts";
import type { Terminal } from "./terminal.ts";

export interface SessionOptions {
  json: boolean;
  copies: Pick<Copies, "add">;
  clock: Pick<Clock, "now">;
  terminal: Pick<Terminal, "result">;
}

/** What one run shows and counts. */
export interface Session {
  /** How the files of this run ended. */
  endings: readonly Ending[];
  started(key: string): void;
  changed(change: Pick<ObjectChange, "key">): void;
  /** An upload that S3 acknowledged; one that no rule asks for has ended with that. */
  uploaded(file: InputFile): void;
  notUploaded(file: InputFile, error: unknown): void;
  ended(ending: Ending): void;
  /** Whether nothing failed or was lost, so far. */
  isWell(): boolean;
}

const WELL: readonly Ending["fate"][] = ["processed", "rejected", "deleted", "superseded", "ignored"];

export function session({ json, copies, clock, terminal }: SessionOptions): Session {
  const starts = new Map<string, number>();
  const announced = new Set<string>();
  const endings: Ending[] = [];
  let isWell = true;

  /** @param start when its upload began; undefined for an image from before this run */
  function show(ending: Ending, start: number | undefined): void {
    const milliseconds = start === undefined ? null : Math.round(clock.now() - start);
    if (start !== undefined) isWell &&= WELL.includes(ending.fate);
    if (start !== undefined && starts.delete(ending.key)) endings.push(ending);
    terminal.result(json ? toJson(ending, milliseconds) : toLine(ending, milliseconds));
    copies.add(ending);
  }
  return {
    endings,
    started: (key) => void starts.set(key, clock.now()),
    changed({ key }) {
      if (starts.has(key)) announced.add(key);
    },
    uploaded(file) {
      if (!announced.has(file.key))
        show(
          withoutEvent(file, "ignored", "no notification of the stacks asks for this key"),
          starts.get(file.key),
        );
    },
    notUploaded(file, error) {
      const why = error instanceof Error ? error.message : String(error);
      show(withoutEvent(file, "failed", `not uploaded: ${why}`), starts.get(file.key));
    },
    ended(ending) {
      show(ending, ending.upload ? (starts.get(ending.key) ?? ending.upload.at) : undefined);
    },
    isWell: () => isWell,
  };
}

function withoutEvent({ key, bytes }: InputFile, fate: Ending["fate"], reasonText: string): Ending {
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
}
