import { toPlainText } from "@image-pipeline/schema/plain-text";
import type { Clock } from "../clock.ts";
import type { Ending } from "../tracking/tracked-uploads.ts";
import { emphasisOf, toLines } from "./report.ts";
import { pad, type Terminal } from "./terminal.ts";

/** The longest time that a finished image's line waits for its verdict. */
const VERDICT_PATIENCE_MILLISECONDS = 3000;

/** Facts of an image that its result event does not have. */
export interface Details {
  /** True when analyses run: an image's line then waits for the verdict. */
  isAnalyzed: boolean;
  /** Milliseconds that the worker rendered; null when the manifest does not say. */
  renderTimeOf(manifestKey: string): Promise<number | null>;
}

/** The result of an analysis: its verdict in words. */
export interface Analyzed {
  key: string;
  sequencer: string | null;
  verdict: string;
}

export interface Ended {
  ending: Ending;
  /** From the start of its upload to its end; null for an image from before this run. */
  milliseconds: number | null;
}

export interface ImageLines {
  /** To be called when the pipeline runs. */
  attach(details: Details): void;
  ended(image: Ended): void;
  /** @param isAwaited true when the image has not ended yet */
  analyzed(image: Analyzed, isAwaited: boolean): void;
  /** Prints the lines that still wait, for a verdict or for the time that rendering took. */
  flush(): Promise<void>;
}

/** Prints one line for each image, with its verdict if that comes in time, and otherwise the verdict on another line. */
export function imageLines(
  clock: Pick<Clock, "sleep">,
  terminal: Pick<Terminal, "result" | "note" | "width">,
): ImageLines {
  const waiting = new Map<string, Ended>();
  const verdicts = new Map<string, string>();
  const shown = new Map<string, Ending["fate"]>();
  /** Images that wait for the time that rendering took: a verdict that comes meanwhile is in their line. */
  const unprinted = new Set<string>();
  const printing = new Set<Promise<void>>();
  let details: Details = { isAnalyzed: false, renderTimeOf: async () => null };

  function showWaiting(id: string): void {
    const image = waiting.get(id);
    if (image) show(id, image);
  }

  function show(id: string, { ending, milliseconds }: Ended): void {
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
    if (!isTold) terminal.note(`${pad("analyzed", 11)}${pad(toPlainText(key), 32)}  ${verdict}`);
  }

  return {
    attach(found) {
      details = found;
    },
    ended(image) {
      const { upload, fate, key } = image.ending;
      const id = idOf({ key, sequencer: upload?.sequencer ?? null });
      const mayWait = details.isAnalyzed && fate === "processed" && upload !== null && !verdicts.has(id);
      if (!mayWait) return show(id, image);
      waiting.set(id, image);
      void clock.sleep(VERDICT_PATIENCE_MILLISECONDS).then(() => showWaiting(id));
    },
    analyzed({ verdict, ...image }, isAwaited) {
      const id = idOf(image);
      verdicts.set(id, verdict);
      if (waiting.has(id)) showWaiting(id);
      // Its line is still to come, with the verdict in it.
      else if (unprinted.has(id) || isAwaited) return;
      else if (shown.has(id)) showVerdict(id, image.key);
      else void clock.sleep(VERDICT_PATIENCE_MILLISECONDS).then(() => showVerdict(id, image.key));
    },
    async flush() {
      for (const id of waiting.keys()) showWaiting(id);
      await Promise.all(printing);
    },
  };
}

function idOf({ key, sequencer }: { key: string; sequencer: string | null }): string {
  return `${sequencer} ${key}`;
}
