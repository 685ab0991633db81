import type { ImageEvent } from "@image-pipeline/schema/events";
import { imageDeleted, imageUploaded } from "@image-pipeline/schema/events";
import { memoryBucket, UPLOADS } from "@image-pipeline/testing";
import type { Happening, Plan } from "./plan.ts";
import { watchReaders } from "./readers.ts";
import type { Happened, World } from "./world-state.ts";

export function newWorld(plan: Plan): World {
  const happened: Happened[] = [];
  const redone = new Set<string>();
  const violations: string[] = [];
  let at = 0;
  let looks = 0;
  let healed = false;
  let disturbed = false;
  return {
    plan,
    happened,
    redone,
    uploads: memoryBucket({ versioned: plan.versioned }),
    processed: watchReaders(memoryBucket(), { happened, redone }, (what) => violations.push(what)),
    violations,
    results: [],
    deadLetters: [],
    choose(options) {
      const chosen = healed ? 0 : (plan.choices[at++] ?? 0) % options;
      disturbed ||= chosen > 0;
      return chosen;
    },
    isDisturbed: () => disturbed,
    now: () => new Date(Date.UTC(2026, 0, 5) + looks++),
    heal: () => {
      healed = true;
    },
    isHealed: () => healed,
    overlapped: false,
  };
}

/** The time and the sequencer of an operation; each is one second after the last. */
interface Occasion {
  time: string;
  sequencer: string | null;
  correlationId: string;
}

/** Does the user's operation and returns S3's event: none if there was nothing to do. */
export function perform(world: World, operation: Happening): ImageEvent | undefined {
  const order = world.happened.length;
  const occasion = {
    time: new Date(Date.UTC(2026, 0, 1) + order * 1000).toISOString(),
    sequencer: world.plan.sequenced ? toSequencer(order) : null,
    correlationId: `request-${order}`,
  };
  const event = act(world, operation, occasion);
  if (event) world.happened.push({ operation, event });
  return event;
}

function act(world: World, operation: Happening, occasion: Occasion): ImageEvent | undefined {
  if ("upload" in operation) return toUploaded(world, operation.key, operation.upload, occasion);
  if ("purge" in operation) return toPurged(world, operation.key, occasion);
  const versionId = world.uploads.remove(operation.key) ?? null;
  return toDeleted(operation.key, { versionId, deleteMarker: world.plan.versioned }, occasion);
}

function toPurged({ plan, uploads, happened }: World, key: string, occasion: Occasion) {
  const purged = happened.flatMap(({ operation, event }) =>
    "purge" in operation ? [event.data.versionId] : [],
  );
  const versions = happened.flatMap(({ operation, event }) =>
    operation.key === key && !("purge" in operation) ? [event] : [],
  );
  const oldest = versions
    .slice(0, -1)
    .find(({ type, data }) => type === "image.uploaded" && !purged.includes(data.versionId));
  if (!plan.versioned || !oldest?.data.versionId) return undefined;
  const { versionId } = oldest.data;
  uploads.remove(key, versionId);
  return toDeleted(key, { versionId, deleteMarker: false }, occasion);
}

function toDeleted(
  key: string,
  what: { versionId: string | null; deleteMarker: boolean },
  { sequencer, time, correlationId }: Occasion,
) {
  return imageDeleted({ bucket: UPLOADS, key, sequencer, ...what }, { time, correlationId });
}

function toUploaded({ plan, uploads }: World, key: string, content: string, occasion: Occasion) {
  const { eTag, versionId, body } = uploads.put(key, new TextEncoder().encode(content));
  const { time, sequencer, correlationId } = occasion;
  const source = {
    bucket: UPLOADS,
    key,
    eTag: eTag.replaceAll('"', ""),
    versionId: plan.versioned ? versionId : null,
    size: body.byteLength,
    sequencer,
  };
  return imageUploaded(source, { time, correlationId });
}

/** Rises in S3's order, though neither as a number nor by its length: …0286, …02861, …0287, …02871, … */
function toSequencer(order: number): string {
  const stem = `0055AED6DCD9028${(6 + Math.floor(order / 2)).toString(16).toUpperCase()}`;
  return order % 2 === 0 ? stem : `${stem}1`;
}
