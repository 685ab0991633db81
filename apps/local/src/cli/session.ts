import type { Clock } from "../clock.ts";
import type { ObjectChange } from "../s3-proxy/s3-notification.ts";
import type { Ending } from "../tracking/tracked-uploads.ts";
import type { Copies } from "./copies.ts";
import { type Analyzed, type Details, imageLines } from "./image-lines.ts";
import type { InputFile } from "./input-files.ts";
import { toJson } from "./report.ts";
import type { Terminal } from "./terminal.ts";

export interface SessionOptions {
  json: boolean;
  copies: Pick<Copies, "add">;
  clock: Pick<Clock, "now" | "sleep">;
  terminal: Pick<Terminal, "result" | "note" | "width">;
}

/** The counts of a run at one time. */
export interface Progress {
  /** Files of this run that have ended. */
  done: number;
  /** Files of this run. */
  expected: number;
  /** Images that have ended, with those that anybody else uploaded. */
  ended: number;
}

/** The lines and the counts of one run. */
export interface Session {
  /** The ends of this run's files. */
  endings: readonly Ending[];
  /** To be called when the pipeline runs. */
  attach(details: Details): void;
  /** To be called with the number of this run's files. */
  expect(files: number): void;
  progress(): Progress;
  started(key: string): void;
  changed(change: Pick<ObjectChange, "key">): void;
  /** An upload that S3 acknowledged; one that no notification rule matches has ended with that. */
  uploaded(file: InputFile): void;
  notUploaded(file: InputFile, error: unknown): void;
  ended(ending: Ending): void;
  analyzed(image: Analyzed): void;
  /** Prints the lines that still wait, for a verdict or for the time that rendering took. */
  flush(): Promise<void>;
  /** True while nothing failed or was lost. */
  isWell(): boolean;
}

const WELL: readonly Ending["fate"][] = ["processed", "rejected", "deleted", "superseded", "ignored"];

export function session({ json, copies, clock, terminal }: SessionOptions): Session {
  const starts = new Map<string, number>();
  const announced = new Set<string>();
  const endings: Ending[] = [];
  const lines = imageLines(clock, terminal);
  let expected = 0;
  let ended = 0;
  let isWell = true;

  /** @param start when its upload began; undefined for an image from before this run */
  function end(ending: Ending, start: number | undefined): void {
    const milliseconds = start === undefined ? null : Math.round(clock.now() - start);
    if (start !== undefined) isWell &&= WELL.includes(ending.fate);
    if (start !== undefined && starts.delete(ending.key)) endings.push(ending);
    ended++;
    copies.add(ending);
    if (json) terminal.result(toJson(ending, milliseconds));
    else lines.ended({ ending, milliseconds });
  }

  return {
    endings,
    attach: lines.attach,
    expect(files) {
      expected = files;
    },
    progress: () => ({ done: endings.length, expected, ended }),
    started: (key) => void starts.set(key, clock.now()),
    changed({ key }) {
      if (starts.has(key)) announced.add(key);
    },
    uploaded(file) {
      if (announced.has(file.key)) return;
      const why = "no notification rule of the stacks matches this key";
      end(withoutEvent(file, "ignored", why), starts.get(file.key));
    },
    notUploaded(file, error) {
      const why = error instanceof Error ? error.message : String(error);
      end(withoutEvent(file, "failed", `not uploaded: ${why}`), starts.get(file.key));
    },
    ended(ending) {
      end(ending, ending.upload ? (starts.get(ending.key) ?? ending.upload.at) : undefined);
    },
    analyzed(image) {
      if (!json) lines.analyzed(image, starts.has(image.key));
    },
    flush: lines.flush,
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
