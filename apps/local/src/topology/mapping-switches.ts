import { createHash } from "node:crypto";
import { type Mapping, toFunctionName } from "./topology.ts";

/** A switch of an event source mapping: messages wait in its queue while it is off. */
export interface MappingSwitch {
  id: string;
  mapping: Mapping;
  /** As Lambda names it. A poll that has begun ends as usual, within 20 s. */
  state(): "Enabled" | "Disabling" | "Disabled";
  set(isOn: boolean): void;
  /** Runs rounds while the switch is on, and waits while it is off. */
  whileOn(round: (signal: AbortSignal) => Promise<void>): (signal: AbortSignal) => Promise<void>;
}

/** Returns the id of the mapping of a function, in the form of Lambda's: the same in every run. @param named its name or ARN */
export function toMappingId(named: string): string {
  const hash = createHash("sha256").update(toFunctionName(named)).digest("hex");
  return hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function mappingSwitch(mapping: Mapping): MappingSwitch {
  let on = Promise.withResolvers<void>();
  let isOn = true;
  let running = 0;
  return {
    id: toMappingId(mapping.functionName),
    mapping,
    state: () => (isOn ? "Enabled" : running > 0 ? "Disabling" : "Disabled"),
    set(wanted) {
      if (wanted && !isOn) on.resolve();
      if (!wanted && isOn) on = Promise.withResolvers();
      isOn = wanted;
    },
    whileOn: (round) => async (signal) => {
      if (!isOn) await Promise.race([on.promise, aborted(signal)]);
      if (signal.aborted || !isOn) return;
      running++;
      await round(signal).finally(() => running--);
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
