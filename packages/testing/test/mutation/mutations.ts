/** A fault put into one line of the source, and the test that must fail because of it. */
export interface Mutation {
  name: string;
  /** The line is marked with `// mutation: <site>`. */
  site: string;
  change: (line: string) => string;
  /** The path of the test from the repository's root. */
  test: string;
}

const MODEL = "apps/worker/test/model/model.slow.test.ts";
const removeLine = () => "";

/** The faults that a review would most easily miss. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: "a manifest written to S3 without If-Match",
    site: "if-match",
    change: removeLine,
    test: "packages/lambda-kit/test/s3-document-store.test.ts",
  },
  {
    name: "a manifest written to the model's S3 without If-Match",
    site: "memory-if-match",
    change: removeLine,
    test: MODEL,
  },
  {
    name: "sequencers compared without padding",
    site: "pad-sequencer",
    change: (line) => line.replace(`.padEnd(length, "0")`, ""),
    test: "packages/schema/test/order-of-events.test.ts",
  },
  {
    name: "sequencers padded on the left, like numbers",
    site: "pad-sequencer",
    change: (line) => line.replace("padEnd", "padStart"),
    test: MODEL,
  },
  {
    name: "a manifest written before its renditions",
    site: "await-uploads",
    change: removeLine,
    test: MODEL,
  },
  {
    name: "an invocation that succeeds although events were not published",
    site: "throw-failed",
    change: removeLine,
    test: "apps/ingest/test/publish-all.test.ts",
  },
  {
    name: "a failed entry of PublishBatch counted as published",
    site: "failed-entries",
    change: (line) => line.replace(/=> .*\)/, "=> false)"),
    test: "apps/ingest/test/sns-event-publisher.test.ts",
  },
  {
    name: "no tombstone for a delete that arrives before its upload",
    site: "early-delete",
    change: (line) => line.replace(`"remove"`, `"stale"`),
    test: MODEL,
  },
  {
    name: "a tombstone that refuses no upload",
    site: "tombstone",
    change: (line) => line.replace(/return .*;/, `return "process";`),
    test: MODEL,
  },
  {
    name: "a backfill that replaces a newer upload",
    site: "order-of-uploads",
    change: (line) => line.replace(`order === "newer"`, `(order === "newer" || event.data.lane !== "live")`),
    test: MODEL,
  },
  {
    name: "a source read without its eTag",
    site: "source-if-match",
    change: removeLine,
    test: "packages/lambda-kit/test/s3-source-store.test.ts",
  },
  {
    name: "a message acknowledged before its result event is sent",
    site: "await-publish",
    change: (line) => line.replace("await ", ""),
    test: MODEL,
  },
];
