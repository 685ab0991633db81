import type { Manifest } from "@image-pipeline/schema";
import { memoryBucket, memoryDocumentStore, processed, upload } from "@image-pipeline/testing";
import { expect, test } from "vitest";
import { MANIFESTS } from "../src/manifests.ts";
import type { DocumentStore } from "../src/ports.ts";
import { writeDocument } from "../src/write-document.ts";

const KEY = "manifests/photos/a.jpg.json";
const mine = processed(upload({ sequencer: "20" }));
const other = processed(upload({ sequencer: "10" }));

function succession(decide: (current: unknown) => "write" | "leave" = () => "write") {
  return { decide, write: "write" as const, next: () => mine };
}

function newStore(overrides: Partial<DocumentStore<Manifest>> = {}): DocumentStore<Manifest> {
  return { ...memoryDocumentStore(memoryBucket(), MANIFESTS), ...overrides };
}

test("decides again when somebody else was first, on what stands by then", async () => {
  const store = newStore();
  const decidedOn: unknown[] = [];
  const replace: typeof store.replace = async (key, current, next) => {
    if (decidedOn.length === 1) await store.replace(key, undefined, other);
    return store.replace(key, current, next);
  };
  const outcome = await writeDocument<Manifest, "write" | "leave">(
    { ...store, replace },
    KEY,
    succession((current) => {
      decidedOn.push(current);
      return "write";
    }),
  );
  expect(outcome).toEqual({ decision: "write", document: mine });
  expect(decidedOn).toEqual([undefined, other]);
});

test("writes nothing when the decision has become another", async () => {
  const store = newStore();
  await store.replace(KEY, undefined, other);
  const outcome = await writeDocument(
    store,
    KEY,
    succession((current) => (current ? "leave" : "write")),
  );
  expect(outcome).toEqual({ decision: "leave", document: other });
});

test("gives up after eight writers were first in a row: MANIFEST_CONTENDED", async () => {
  let attempts = 0;
  const replace = async () => {
    attempts++;
    return false;
  };
  await expect(writeDocument(newStore({ replace }), KEY, succession())).rejects.toMatchObject({
    code: "MANIFEST_CONTENDED",
  });
  expect(attempts).toBe(8);
});
