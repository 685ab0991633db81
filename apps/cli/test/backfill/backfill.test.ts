import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toManifestKey } from "@image-pipeline/schema/keys";
import { toRenditionMetadata } from "@image-pipeline/schema/processing";
import { PROCESSED, processed, tombstone, toSequencer, UPLOADS } from "@image-pipeline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { fakeClock } from "../fake-clock.ts";
import {
  type FauxqsPipeline,
  fauxqsPipeline,
  PIPELINES,
  PLAN_IN_FORCE,
  RECIPE_IN_FORCE,
} from "../fauxqs-pipeline.ts";
import { type Running, run } from "../run.ts";

let world: FauxqsPipeline;
beforeAll(async () => {
  world = await fauxqsPipeline();
});
beforeEach(() => world.empty());
afterAll(() => world.stop());

function stateFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "backfill-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "state.json");
}

const clock = fakeClock(Date.parse("2026-01-01T00:00:00.000Z"));
const backfill = (argv: readonly string[], running?: Running) =>
  run(
    [
      "backfill",
      "--endpoint",
      world.endpoint,
      ...(argv.includes("--state-file") ? [] : ["--state-file", stateFile()]),
      ...argv,
    ],
    { pipelines: PIPELINES, clock, ...running },
  );
const subjects = () => world.published().map(({ subject }) => subject);

/** One source of every kind. */
async function mixedBucket(): Promise<void> {
  await world.putSource("missing.jpg");
  await world.putImage("current.jpg");
  await world.putImage("older-recipe.jpg", { recipe: "of last year", plan: "another" });
  await world.putImage("of-older-recipe-but-same.jpg", { recipe: "of last year", plan: PLAN_IN_FORCE });
  const source = await world.putSource("older-source.jpg");
  await world.putManifest(processed({ ...source, eTag: "before" }, { recipe: RECIPE_IN_FORCE }));
  await world.putManifest(tombstone(await world.putSource("tombstone.jpg")));
  await world.put(PROCESSED, toManifestKey(UPLOADS, (await world.putSource("unreadable.jpg")).key), "?");
}

describe("backfill --only-stale", () => {
  test("publishes exactly what needs work, and ends with 0", async () => {
    await mixedBucket();
    const { code } = await backfill(["--only-stale"]);
    expect({ code, subjects: subjects() }).toEqual({
      code: 0,
      subjects: ["missing.jpg", "older-recipe.jpg", "older-source.jpg", "tombstone.jpg"],
    });
  });

  test("publishes on the backfill lane, so that new uploads do not wait", async () => {
    await world.putSource("missing.jpg");
    await backfill(["--only-stale"]);
    expect(world.published().map(({ data }) => data.lane)).toEqual(["backfill"]);
  });

  test("keeps the sequencer of an upload that the manifest has, and sends none for another", async () => {
    await mixedBucket();
    await backfill(["--only-stale", "--prefix", "older"]);
    const places = world.published().map(({ subject, data }) => [subject, data.sequencer]);
    expect(places).toEqual([
      ["older-recipe.jpg", toSequencer("10")],
      ["older-source.jpg", null],
    ]);
  });

  test("publishes exactly the images that were rendered before a preset changed", async () => {
    await world.putImage("before-1.jpg", { recipe: "before" });
    await world.putImage("after.jpg");
    await world.putImage("before-2.jpg", { recipe: "before" });
    await backfill(["--only-stale"]);
    expect(subjects()).toEqual(["before-1.jpg", "before-2.jpg"]);
  });

  test("sends objects that only say that the pipeline wrote them, so that the worker rejects them", async () => {
    await world.putSource("forged.jpg", "x", { "generated-by": "image-pipeline" });
    await backfill(["--only-stale"]);
    expect(subjects()).toEqual(["forged.jpg"]);
  });

  test("ignores objects with the mark of a rendition", async () => {
    await world.putSource("mine.jpg", "x", toRenditionMetadata({ sha256: "any", secret: "secret" }));
    const { out } = await backfill(["--only-stale"]);
    expect([subjects(), out.at(-1)]).toEqual([[], "published 0, 1 written by the pipeline itself"]);
  });
});

describe("backfill", () => {
  test("publishes every image except those with an unreadable manifest", async () => {
    await mixedBucket();
    await backfill([]);
    expect(subjects()).toHaveLength(6);
  });

  test("sets the attributes that subscribers filter by", async () => {
    world.server.createQueue("jpegs-of-the-backfill");
    const FilterPolicy = JSON.stringify({
      lane: ["backfill"],
      extension: ["jpg"],
      sizeBytes: [{ numeric: ["=", 6] }],
    });
    world.server.subscribe({
      topic: "image-pipeline-local-image-events",
      queue: "jpegs-of-the-backfill",
      attributes: { RawMessageDelivery: "true", FilterPolicy },
    });
    await world.putSource("b.jpg", "6bytes");
    await world.putSource("b.png", "6bytes");
    await backfill([]);
    expect(world.server.inspectQueue("jpegs-of-the-backfill")?.messages.ready).toHaveLength(1);
  });

  test("spreads its events at the given rate, ten in a request", async () => {
    for (let index = 0; index < 35; index++) await world.putSource(`p/${index}`);
    clock.slept.length = 0;
    await backfill(["--rate", "20"]);
    expect([clock.slept, subjects().length]).toEqual([[500, 500, 500], 35]);
  });

  test("publishes one by one at a slow rate", async () => {
    for (const key of ["a", "b"]) await world.putSource(key);
    clock.slept.length = 0;
    await backfill(["--rate", "0.5"]);
    expect(clock.slept).toEqual([2000]);
  });
});

describe("backfill --dry-run", () => {
  test("reports its plan, with time and cost, and does nothing", async () => {
    await mixedBucket();
    const { code, out } = await backfill(["--dry-run", "--only-stale"]);
    expect([code, subjects()]).toEqual([0, []]);
    expect(out.join("\n")).toMatch(/2 missing, 1 older-source, 1 older-recipe, 2 current, 1 unreadable\n/);
    expect(out.join("\n")).toMatch(
      /to publish: 4, to render: 4\nabout 1s .* on AWS \(list prices of us-east-1/,
    );
    expect(out.at(-1)).toBe("  missing       tombstone.jpg");
  });

  test("names twenty images to a person, and all of them to a program", async () => {
    for (let index = 0; index < 25; index++) await world.putSource(`p/${index}`);
    const person = await backfill(["--dry-run"]);
    const program = await backfill(["--dry-run", "--json"]);
    expect([person.out.at(-1), program.json.length]).toEqual(["  and 5 more: --json names them all", 26]);
  });
});

describe("an interrupted backfill", () => {
  /** Stops when so many are published. */
  function stoppingAt(published: number): Running {
    const interruption = new AbortController();
    return {
      signal: interruption.signal,
      onLine: (line) => line.includes(`  ${published} of `) && interruption.abort(),
    };
  }
  const thirty = Array.from({ length: 30 }, (_, index) => `p/${String(index).padStart(2, "0")}`);

  test("continues after its last batch, and leaves nothing out", async () => {
    for (const key of thirty) await world.putSource(key);
    const file = stateFile();
    const first = await backfill(["--state-file", file], stoppingAt(10));
    const between = subjects();
    const second = await backfill(["--state-file", file]);
    expect([first.code, between, second.code]).toEqual([130, thirty.slice(0, 10), 0]);
    expect(subjects()).toEqual(thirty);
    expect(second.error[0]).toBe(
      `continues after p/09, where the last run stopped (${file}); --restart starts over`,
    );
  });

  test("names the file of its position", async () => {
    for (const key of thirty) await world.putSource(key);
    const file = stateFile();
    const { error } = await backfill(["--state-file", file], stoppingAt(20));
    expect(error.at(-1)).toBe(`stopped: the same command continues from there (${file})`);
  });

  test("starts over with --restart", async () => {
    for (const key of thirty) await world.putSource(key);
    const file = stateFile();
    await backfill(["--state-file", file], stoppingAt(10));
    await backfill(["--state-file", file, "--restart"]);
    expect(subjects()).toEqual([...thirty.slice(0, 10), ...thirty]);
  });

  test("starts over after a run that reached its end", async () => {
    await world.putSource("a");
    const file = stateFile();
    await backfill(["--state-file", file]);
    await backfill(["--state-file", file]);
    expect(subjects()).toEqual(["a", "a"]);
  });

  test("reports that nothing was published", async () => {
    await world.putSource("a");
    const { code, error } = await backfill([], { signal: AbortSignal.abort() });
    expect([code, error, subjects()]).toEqual([130, ["stopped: nothing was published"], []]);
  });
});

test("backfill --json writes the plan and the end", async () => {
  await world.putSource("a");
  const { json } = await backfill(["--json"]);
  expect(json).toMatchObject([
    { type: "plan", counts: { missing: 1 }, toPublish: 1, dryRun: false },
    { type: "done", published: 1, lastKey: "a", isInterrupted: false },
  ]);
});

test.each([
  [["--rate", "0"], 2, /^backfill: --rate must be a number from 0.1 to 10000, got "0"$/],
  [
    ["--environment", "dev"],
    2,
    /^backfill: option '--environment <name>' cannot be used with option '--endpoint <url>'/,
  ],
])("backfill %j ends with %i and one line", async (argv, code, message) => {
  const ended = await backfill(argv);
  expect([ended.code, ended.error.length]).toEqual([code, 1]);
  expect(ended.error[0]).toMatch(message);
});
