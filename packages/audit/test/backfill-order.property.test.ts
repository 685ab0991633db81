import type { ImageEvent } from "@image-pipeline/schema/events";
import type { Manifest } from "@image-pipeline/schema/manifest";
import fc from "fast-check";
import { expect, test } from "vitest";
import { OneKeyWorld } from "./one-key-world.ts";

/**
 * What happens, in this order: uploads and deletes, each a while after what was before; an operator's command that reads
 * the manifest, and later the source; deliveries, in any order, of what is on its way.
 */
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant("upload"), content: fc.constantFrom("x", "y", "z") }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("delete") }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("read manifest") }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("publish") }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("deliver"), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("deliver twice"), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("lose"), pick: fc.nat() }) },
);
type Step = { does: string; content?: string; pick?: number };
const schedule = fc.array(fc.tuple(step, fc.constantFrom(2, 2, 2, 900, 5000)), { maxLength: 16 });

interface Rules {
  mayLose?: boolean;
  /** Whether no two uploads are of the same bytes. */
  areDistinct?: boolean;
}

/** Plays a schedule. @returns the events still on their way */
function play(world: OneKeyWorld, steps: readonly [Step, number][], rules: Rules = {}): ImageEvent[] {
  const onTheirWay: ImageEvent[] = [];
  let read: { manifest: Manifest | undefined } | undefined;
  const send = (event: ImageEvent | undefined) => void (event && onTheirWay.push(event));
  const take = (pick = 0) => onTheirWay.splice(pick % Math.max(1, onTheirWay.length), 1);
  for (const [index, [{ does, content = "", pick }, milliseconds]] of steps.entries()) {
    world.now += milliseconds;
    if (does === "upload") send(world.upload(rules.areDistinct ? `${content}${index}` : content));
    if (does === "delete") send(world.delete());
    if (does === "read manifest") read = { manifest: world.manifest };
    if (does === "publish" && read) send(world.redo(read.manifest));
    if (does === "lose" && rules.mayLose) take(pick);
    if (does.startsWith("deliver"))
      for (const event of take(pick)) {
        world.deliver(event);
        if (does === "deliver twice") onTheirWay.push(event);
      }
  }
  return onTheirWay;
}

test.each([
  ["with versions", true],
  ["without versions", false],
])("backfill events among live ones, in any order, leave the newest upload: %s", (_name, isVersioned) =>
  fc.assert(
    fc.property(schedule, (steps) => {
      const world = new OneKeyWorld(isVersioned);
      for (const event of play(world, steps)) world.deliver(event);
      expect(world.isTrue()).toBe(true);
    }),
    { numRuns: 3000 },
  ),
);

test.each([
  ["with versions", true],
  ["without versions", false],
])("a repair heals whatever was lost: %s", (_name, isVersioned) =>
  fc.assert(
    fc.property(schedule, (steps) => {
      const world = new OneKeyWorld(isVersioned);
      for (const event of play(world, steps, { mayLose: true })) world.deliver(event);
      repair(world);
      expect(world.isTrue()).toBe(true);
    }),
    { numRuns: 3000 },
  ),
);

/** The same bytes uploaded again look like the first upload, where there are no versions: that takes another audit. */
test.each([
  ["with versions", true],
  ["without versions", false],
])("no event that comes late undoes the repair of a source that stands: %s", (_name, isVersioned) =>
  fc.assert(
    fc.property(schedule, (steps) => {
      const world = new OneKeyWorld(isVersioned);
      const late = play(world, steps, { mayLose: true, areDistinct: true });
      fc.pre(world.head() !== undefined);
      repair(world);
      for (const event of late) world.deliver(event);
      expect(world.isTrue()).toBe(true);
    }),
    { numRuns: 3000 },
  ),
);

/** A second later, so that S3's dates tell the last upload from the look at it. */
function repair(world: OneKeyWorld): void {
  world.now += 1000;
  const event = world.redo(world.manifest);
  if (event) world.deliver(event);
}
