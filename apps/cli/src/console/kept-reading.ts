import type { Clock } from "@image-pipeline/local/clock";
import type { OpenPipeline } from "../connection/open-pipeline.ts";

/** A reading that may take seconds, such as a listing of every image. All requests share it. */
export interface KeptReading<Value> {
  /** Returns the kept value, or waits for a reading. */
  value(pipeline: OpenPipeline): Promise<Value>;
  /** Reads again, once the time of the kept value is over: what happened before the call is in the value then. */
  renew(pipeline: OpenPipeline, signal: AbortSignal): Promise<Value>;
  /** The kept value, however old. */
  peek(pipeline: OpenPipeline): Value | undefined;
  /** Changes the kept value, and that of a reading under way: the console has changed the pipeline itself. */
  update(change: (value: Value) => Value): void;
  /** Makes the next request wait for a new reading. */
  forget(): void;
}

export interface KeptReadingOptions {
  clock: Clock;
  /** The time for which a value is kept at least; it may be infinite. */
  leastMilliseconds: number;
  /** A value past its time is still used while the next is read, up to twice that time. */
  usesOld: boolean;
}

/** A value is kept for this many times the time that it took: reading never takes more than a tenth of the time. */
const PATIENCE = 10;

interface State<Value> {
  of: OpenPipeline;
  kept?: { value: Value; at: number; patience: number };
  running?: Promise<Value>;
  /** Since the running reading began. */
  changes: ((value: Value) => Value)[];
}

export function keptReading<Value>(
  read: (pipeline: OpenPipeline) => Promise<Value>,
  { clock, leastMilliseconds, usesOld }: KeptReadingOptions,
): KeptReading<Value> {
  let state: State<Value> | undefined;

  function stateOf(pipeline: OpenPipeline): State<Value> {
    if (state?.of !== pipeline) state = { of: pipeline, changes: [] };
    return state;
  }
  async function readAgain(mine: State<Value>): Promise<Value> {
    const start = clock.now();
    mine.changes = [];
    try {
      let value: Value = await read(mine.of);
      for (const change of mine.changes) value = change(value);
      const patience = Math.max(leastMilliseconds, PATIENCE * (clock.now() - start));
      mine.kept = { value, at: clock.now(), patience };
      return value;
    } finally {
      delete mine.running;
    }
  }
  return {
    async value(pipeline) {
      const mine = stateOf(pipeline);
      const { kept } = mine;
      const age = kept === undefined ? 0 : clock.now() - kept.at;
      if (kept && age < kept.patience) return kept.value;
      mine.running ??= readAgain(mine);
      if (kept === undefined || !usesOld || age >= 2 * kept.patience) return mine.running;
      // The next request that waits gets its error.
      mine.running.catch(() => {});
      return kept.value;
    },
    async renew(pipeline, signal) {
      const mine = stateOf(pipeline);
      // A reading under way may have begun before.
      await mine.running?.catch(() => "reported to its caller");
      const { kept } = mine;
      if (kept) await clock.sleep(kept.at + kept.patience - clock.now(), signal);
      signal.throwIfAborted();
      if (kept && mine.kept && mine.kept !== kept) return mine.kept.value;
      mine.running ??= readAgain(mine);
      return mine.running;
    },
    peek: (pipeline) => (state?.of === pipeline ? state.kept?.value : undefined),
    update(change) {
      state?.changes.push(change);
      if (state?.kept) state.kept.value = change(state.kept.value);
    },
    forget() {
      state = undefined;
    },
  };
}
