import { expect, test } from "vitest";
import type { StoredManifest } from "../src/ports.ts";
import { writeManifest } from "../src/write-manifest.ts";
import { upload } from "./image-events.ts";
import { processed } from "./manifests.ts";
import { memoryPipeline } from "./memory/memory-pipeline.ts";

const KEY = "manifests/photos/a.jpg.json";
const mine = processed(upload({ sequencer: "20" }));
const other = processed(upload({ sequencer: "10" }));

function succession(decide: (current: unknown) => "write" | "leave" = () => "write") {
  return { decide, write: "write" as const, ownTag: null, next: () => mine };
}

test("decides again when somebody else was first, on what stands by then", async () => {
  const { ports } = memoryPipeline();
  const decidedOn: unknown[] = [];
  const replace = async (key: string, current: StoredManifest | undefined, next: typeof mine) => {
    if (decidedOn.length === 1) await ports.manifests.replace(key, undefined, other);
    return ports.manifests.replace(key, current, next);
  };
  const outcome = await writeManifest<"write" | "leave">(
    KEY,
    succession((current) => {
      decidedOn.push(current);
      return "write";
    }),
    { ...ports, manifests: { ...ports.manifests, replace: (key, current) => replace(key, current, mine) } },
  );
  expect(outcome).toEqual({ decision: "write", manifest: mine });
  expect(decidedOn).toEqual([undefined, other]);
});

test("writes nothing when the decision has become another", async () => {
  const { ports } = memoryPipeline();
  await ports.manifests.replace(KEY, undefined, other);
  const outcome = await writeManifest(
    KEY,
    succession((current) => (current ? "leave" : "write")),
    ports,
  );
  expect(outcome).toEqual({ decision: "leave", manifest: other });
});

test("gives up after eight writers were first in a row: MANIFEST_CONTENDED", async () => {
  const { ports } = memoryPipeline();
  let attempts = 0;
  const replace = async () => {
    attempts++;
    return false;
  };
  const contended = { ...ports, manifests: { ...ports.manifests, replace } };
  await expect(writeManifest(KEY, succession(), contended)).rejects.toMatchObject({
    code: "MANIFEST_CONTENDED",
  });
  expect(attempts).toBe(8);
});
