import { toPlainText } from "@image-pipeline/schema/plain-text";
import type { Clock } from "../clock.ts";
import type { ObjectChange } from "../s3-proxy/s3-notification.ts";
import type { Ending } from "../tracking/tracked-uploads.ts";
import type { Copies } from "./copies.ts";
import type { InputFile } from "./input-files.ts";
import { emphasisOf, toJson, toLines } from "./report.ts";
import { pad, type Terminal } from "./terminal.ts";

/** The longest time that a finished image's line waits for its verdict. */
const VERDICT_PATIENCE_MILLISECONDS = 3000;

export interface SessionOptions {
  json: boolean;
  copies: Pick<Copies, "add">;
  clock: Pick<Clock, "now" | "sleep">;
  terminal: Pick<Terminal, "result" | "note" | "width">;
}

/** Facts of an image that its result event does not have. */
export interface Details {
  /** True when analyses run: an image's line then waits for the verdict. */
  isAnalyzed: boolean;
  /** Milliseconds that the worker rendered; null when the manifest does not say. */
  renderTimeOf(manifestKey: string): Promise<number | null>;
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
  analyzed(image: { key: string; sequencer: string | null; verdict: string }): void;
  /** Prints the lines that still wait, for a verdict or for the time that rendering took. */
  flush(): Promise<void>;
  /** True while nothing failed or was lost. */
  isWell(): boolean;
}

const WELL: readonly Ending["fate"][] = ["processed", "rejected", "deleted", "superseded", "ignored"];

interface Waiting {
  ending: Ending;
  milliseconds: number | null;
}

export function session({ json, copies, clock, terminal }: SessionOptions): Session {
  const starts = new Map<string, number>();
  const announced = new Set<string>();
  const endings: Ending[] = [];
  const waiting = new Map<string, Waiting>();
  const verdicts = new Map<string, string>();
  const shown = new Map<string, Ending["fate"]>();
  /** Images that wait for the time that rendering took: a verdict that comes meanwhile is in their line. */
  const unprinted = new Set<string>();
  const printing = new Set<Promise<void>>();
  let details: Details = { isAnalyzed: false, renderTimeOf: async () => null };
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
    else showOrWait({ ending, milliseconds });
  }

  function showOrWait(image: Waiting): void {
    const { upload, fate, key } = image.ending;
    const id = idOf({ key, sequencer: upload?.sequencer ?? null });
    const mayWait = details.isAnalyzed && fate === "processed" && upload !== null && !verdicts.has(id);
    if (!mayWait) show(id, image);
    else {
      waiting.set(id, image);
      void clock.sleep(VERDICT_PATIENCE_MILLISECONDS).then(() => showWaiting(id));
    }
  }

  function showWaiting(id: string): void {
    const image = waiting.get(id);
    if (image) show(id, image);
  }

  function show(id: string, { ending, milliseconds }: Waiting): void {
    waiting.delete(id);
    shown.set(id, ending.fate);
    unprinted.add(id);
    const print = (renderMilliseconds: number | null) => {
      unprinted.delete(id);
      const verdict = ending.fate === "processed" ? (verdicts.get(id) ?? null) : null;
      verdicts.delete(id);
      terminal.result(
        toLines({ ending, milliseconds, renderMilliseconds, verdict }, terminal.width()),
        emphasisOf(ending),
      );
    };
    if (ending.manifestKey === null || milliseconds === null) print(null);
    else keep(details.renderTimeOf(ending.manifestKey).then(print, () => print(null)));
  }

  function keep(printed: Promise<void>): void {
    printing.add(printed);
    void printed.then(() => printing.delete(printed));
  }

  /** Shows a verdict on another line: its image's line is already there, or belongs to an earlier run. */
  function showVerdict(id: string, key: string): void {
    const verdict = verdicts.get(id);
    verdicts.delete(id);
    const isTold = verdict === undefined || (shown.get(id) ?? "processed") !== "processed";
    if (!isTold && !json) terminal.note(`${pad("analyzed", 11)}${pad(toPlainText(key), 32)}  ${verdict}`);
  }

  return {
    endings,
    attach(found) {
      details = found;
    },
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
    analyzed({ verdict, ...image }) {
      const id = idOf(image);
      verdicts.set(id, verdict);
      if (waiting.has(id)) showWaiting(id);
      // Its line is still to come, with the verdict in it.
      else if (unprinted.has(id) || starts.has(image.key)) return;
      else if (shown.has(id)) showVerdict(id, image.key);
      else void clock.sleep(VERDICT_PATIENCE_MILLISECONDS).then(() => showVerdict(id, image.key));
    },
    async flush() {
      for (const id of waiting.keys()) showWaiting(id);
      await Promise.all(printing);
    },
    isWell: () => isWell,
  };
}

function idOf({ key, sequencer }: { key: string; sequencer: string | null }): string {
  return `${sequencer} ${key}`;
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
