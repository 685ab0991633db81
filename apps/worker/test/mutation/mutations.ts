/** Something broken on purpose, and the tests that have to notice. */
export interface Mutation {
  name: string;
  /** Paths from the repository's root. */
  file: string;
  from: string;
  to: string;
  package: string;
  tests: string[];
}

const WORKER = "apps/worker";
const CONSUMER = "packages/lambda-kit";
const MODEL = ["test/model"];

/** The faults that issue reviews would miss most easily: each must make the suite red. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: "no If-Match on the manifest, at S3",
    file: "packages/lambda-kit/src/s3-document-store.ts",
    from: `...(current ? { IfMatch: current.eTag } : { IfNoneMatch: "*" }),`,
    to: "",
    package: CONSUMER,
    tests: ["test/s3-document-store.test.ts"],
  },
  {
    name: "no If-Match on the manifest, in the model's S3",
    file: "packages/testing/src/memory-document-store.ts",
    from: `current ? { ifMatch: current.eTag } : { ifNoneMatch: "*" }`,
    to: "{}",
    package: WORKER,
    tests: MODEL,
  },
  {
    name: "sequencers compared as they are, not padded",
    file: "packages/schema/src/order-of-events.ts",
    from: `.padEnd(length, "0")`,
    to: "",
    package: "packages/schema",
    tests: ["test/order-of-events.test.ts"],
  },
  {
    name: "sequencers padded on the left, as numbers are",
    file: "packages/schema/src/order-of-events.ts",
    from: `.padEnd(length, "0")`,
    to: `.padStart(length, "0")`,
    package: WORKER,
    tests: MODEL,
  },
  {
    name: "the manifest before the renditions",
    file: "apps/worker/src/render-source.ts",
    from: "    await Promise.all(uploads);\n",
    to: "",
    package: WORKER,
    tests: MODEL,
  },
  {
    name: "a failed entry of PublishBatch acknowledged by the invocation",
    file: "apps/ingest/src/publish-all.ts",
    from: "if (failed.length > 0)",
    to: "if (failed.length < 0)",
    package: "apps/ingest",
    tests: ["test/publish-all.test.ts"],
  },
  {
    name: "a failed entry of PublishBatch taken for published",
    file: "apps/ingest/src/sns-event-publisher.ts",
    from: "!taken.has(id)",
    to: "!taken",
    package: "apps/ingest",
    tests: ["test/sns-event-publisher.test.ts"],
  },
  {
    name: "no tombstone for a delete that comes before its upload",
    file: "packages/schema/src/order-of-events.ts",
    from: `if (!manifest) return "remove";`,
    to: `if (!manifest) return "stale";`,
    package: WORKER,
    tests: MODEL,
  },
  {
    name: "a tombstone that keeps nothing dead",
    file: "packages/schema/src/order-of-events.ts",
    from: `return order === "newer" && !isOfDeletedVersion(event, manifest) ? "process" : "resurrect-refused";`,
    to: `return "process";`,
    package: WORKER,
    tests: MODEL,
  },
  {
    name: "a backfill that passes over a newer upload",
    file: "packages/schema/src/order-of-events.ts",
    from: `if (order === "older") return "stale";\n  if (order === "newer") return "process";`,
    to: `if (order === "older" && event.data.lane === "live") return "stale";\n  if (order !== "same") return "process";`,
    package: WORKER,
    tests: MODEL,
  },
  {
    name: "a source read whatever its eTag",
    file: "packages/lambda-kit/src/s3-source-store.ts",
    from: "IfMatch:",
    to: "ExpectedBucketOwner:",
    package: CONSUMER,
    tests: ["test/s3-source-store.test.ts"],
  },
  {
    name: "a message acknowledged before its result event is sent",
    file: "apps/worker/src/write-manifest.ts",
    from: "await ports.results.publish",
    to: "ports.results.publish",
    package: WORKER,
    tests: MODEL,
  },
];
