import { type ConsumerPorts, MANIFESTS, type Outcome } from "@image-pipeline/lambda-kit";
import { Limits } from "@image-pipeline/schema/config";
import type { ImageEvent } from "@image-pipeline/schema/events";
import { PipelineError, type PipelineErrorCode } from "@image-pipeline/schema/processing";
import { memoryDocumentStore, memorySourceStore, PROCESSED, SECRET, UPLOADS } from "@image-pipeline/testing";
import type { EventPorts } from "../../src/image-events.ts";
import { fakeEngine } from "../fake-engine.ts";
import { PRESETS } from "../memory/memory-pipeline.ts";
import { encoded } from "../renditions.ts";
import type { World } from "./world-state.ts";

/** The ports of the consumer of image events. */
type Ports = EventPorts & ConsumerPorts<ImageEvent, Outcome>;

/** Waits for the scheduler's turn. */
export type Turn = (label: string) => Promise<void>;

/** One execution environment at work on one message, until it answers or is killed. */
export interface Attempt {
  ports: Ports;
  /** Settles when the environment is killed. */
  killed: Promise<"killed">;
}

const never = new Promise<never>(() => {});
/** The choices at each call of a service, four of which are bad. */
const CHOICES = 12;

export function newAttempt(world: World, turn: Turn, name: string): Attempt {
  let isDead = false;
  const { promise: killed, resolve } = Promise.withResolvers<"killed">();
  const die = () => {
    isDead = true;
    resolve("killed");
    return never;
  };

  /** A call of a service: may fail before or after its effect, and the caller may be killed before or after. */
  async function call<Result>(
    what: string,
    effect: () => Promise<Result>,
    code: PipelineErrorCode = "STORE_UNAVAILABLE",
  ) {
    await turn(`${name} ${what}`);
    if (isDead) return never;
    const chosen = world.choose(CHOICES);
    if (chosen === 1) throw new PipelineError(code, `${what}: 503 Slow Down`);
    if (chosen === 2) return die();
    const result = await effect();
    if (chosen === 3) throw new PipelineError(code, `${what}: the answer was lost`);
    return chosen === 4 ? die() : result;
  }

  return { killed, ports: { ...servicesOf(world, call), ...engineOf(world, die), ...operatorsOf(call) } };
}

type Call = <Result>(
  what: string,
  effect: () => Promise<Result>,
  code?: PipelineErrorCode,
) => Promise<Result>;

function servicesOf(world: World, call: Call) {
  const { uploads, processed, results } = world;
  const sources = memorySourceStore(uploads);
  const manifests = memoryDocumentStore(processed, MANIFESTS);
  const each = async (prefix: string, what: string, effect: (key: string) => void) => {
    const keys = await call(`list ${prefix}`, async () => processed.list(prefix));
    await Promise.all(keys.map((key) => call(`${what} ${key}`, async () => effect(key))));
  };
  return {
    secret: async () => SECRET,
    sources: { read: (source, most) => call(`read ${source.key}`, () => sources.read(source, most)) },
    manifests: {
      kind: MANIFESTS,
      read: (key) => call(`read ${key}`, () => manifests.read(key)),
      replace: (key, current, next) =>
        call(`write ${next.status} to ${key}`, () => manifests.replace(key, current, next)),
    },
    renditions: {
      put: (key, { data }) => call(`put ${key}`, async () => void processed.put(key, data)),
      expire: (prefix) =>
        each(prefix, "expire", (key) => {
          if (processed.list(key).includes(key))
            processed.put(key, processed.get(key).body, { tags: "superseded=true" });
        }),
      remove: (prefix) => each(prefix, "remove", (key) => void processed.remove(key)),
    },
    results: {
      publish: (event) =>
        call(`publish ${event.type}`, async () => void results.push(event), "PUBLISHER_UNAVAILABLE"),
    },
    uploads: { bucket: UPLOADS, prefix: "" },
    processedBucket: PROCESSED,
  } satisfies Partial<Ports>;
}

function engineOf(world: World, die: () => Promise<never>) {
  return {
    render: async (source, recipe, emit) => {
      const text = new TextDecoder().decode(source);
      if (text.startsWith("killer") && !world.isHealed()) {
        emit(encoded(`thumb of ${text}`, "thumb"));
        return die();
      }
      return fakeEngine(source, recipe, emit);
    },
    presets: PRESETS,
    presetRules: [],
    limits: Limits.parse({}),
    clock: {
      now: world.now,
      remainingMilliseconds: () => (world.choose(CHOICES) === 5 ? 1_000 : 60_000),
    },
  } satisfies Partial<Ports>;
}

function operatorsOf(call: Call) {
  const silent = () => {};
  return {
    failures: {
      record: (id) => call(`record the failure of ${id}`, async () => {}),
      clear: (id) => call(`clear the failure of ${id}`, async () => {}),
    },
    delayRetry: () => call("put off", async () => {}),
    maxReceiveCount: MAX_RECEIVE_COUNT,
    logger: { info: silent, warn: silent, error: silent, appendKeys: silent, removeKeys: silent },
    measure: silent,
  } satisfies Partial<Ports>;
}

/** The number of times SQS delivers a message before it goes to the dead-letter queue. */
export const MAX_RECEIVE_COUNT = 5;
