import fc from "fast-check";
import { expect, test } from "vitest";
import { type EventPattern, LARGEST_FILTERED_NUMBER, type ValueTest } from "../src/aws.ts";
import { imageDeleted, imageUploaded, toMessageAttributes } from "../src/events.ts";
import { exceptWorkflowUploads, isWorkflowUpload, workflowPatterns } from "../src/workflow.ts";

const time = "2026-01-01T00:00:00.000Z";
const choice = fc.record({
  enabled: fc.constant(true),
  minBytes: fc.integer({ min: 1, max: LARGEST_FILTERED_NUMBER }),
  prefix: fc.oneof(fc.constant("review/"), fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 5 })),
});
/** Uploads at and around every bound of the choice. */
const upload = choice.chain((chosen) =>
  fc.record({
    chosen: fc.constant(chosen),
    size: fc.oneof(
      fc.nat(),
      fc.integer({ min: -1, max: 1 }).map((by) => Math.max(0, chosen.minBytes + by)),
      fc.integer({ min: LARGEST_FILTERED_NUMBER - 1, max: 50 * 2 ** 40 }),
    ),
    key: fc.oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.string({ unit: "binary" }).map((rest) => chosen.prefix + rest),
      fc.string({ unit: "binary" }).map((rest) => `\u0001${chosen.prefix}${rest}`),
    ),
  }),
);
const toEvent = ({ key, size }: { key: string; size: number }) =>
  imageUploaded({ bucket: "uploads", key, eTag: "e", versionId: null, size, sequencer: "00" }, { time });

test("every upload reaches either the workflow or the other subscribers, as isWorkflowUpload decides", () => {
  fc.assert(
    fc.property(upload, ({ chosen, ...source }) => {
      const event = toEvent(source);
      const isIn = isWorkflowUpload(source, chosen);
      expect(passesPolicy(toMessageAttributes(event), chosen)).toBe(!isIn);
      expect(workflowPatterns(chosen).some((pattern) => matches({ body: event }, pattern))).toBe(isIn);
    }),
    { numRuns: 1000 },
  );
});

test("every delete reaches the other subscribers, and none reaches the workflow", () => {
  fc.assert(
    fc.property(upload, ({ chosen, key }) => {
      const source = { bucket: "uploads", key, versionId: null, sequencer: "00", deleteMarker: false };
      const event = imageDeleted(source, { time });
      expect(passesPolicy(toMessageAttributes(event), chosen)).toBe(true);
      expect(workflowPatterns(chosen).some((pattern) => matches({ body: event }, pattern))).toBe(false);
    }),
  );
});

test("a disabled workflow takes no upload, and no filter policy mentions it", () => {
  fc.assert(
    fc.property(upload, ({ chosen, ...source }) => {
      const off = { ...chosen, enabled: false };
      expect([isWorkflowUpload(source, off), exceptWorkflowUploads(off)]).toEqual([false, {}]);
    }),
  );
});

test("a message in an SNS envelope passes the patterns, since a pipe deletes what does not match", () => {
  const wrapped = { body: { Type: "Notification", Message: "{}" } };
  const patterns = workflowPatterns({ enabled: true, minBytes: 1, prefix: "review/" });
  expect(patterns.some((pattern) => matches(wrapped, pattern))).toBe(true);
});

type Attributes = ReturnType<typeof toMessageAttributes>;

/** Evaluates a filter policy as SNS does: numbers are at most 10^9, and a missing attribute passes `exists: false` only. */
function passesPolicy(attributes: Attributes, chosen: Parameters<typeof exceptWorkflowUploads>[0]): boolean {
  const { sizeBytes = [], key = [] } = exceptWorkflowUploads(chosen);
  return [
    { attribute: attributes.sizeBytes, tests: sizeBytes },
    { attribute: attributes.key, tests: key },
  ].every(({ attribute, tests }) => {
    const { DataType, StringValue } = attribute ?? {};
    const value = DataType === "Number" ? Number(StringValue) : StringValue;
    if (typeof value === "number" && value > LARGEST_FILTERED_NUMBER) return false;
    return tests.some((one) => passes(value, one));
  });
}

/** Evaluates a pattern as EventBridge does. */
function matches(event: unknown, pattern: EventPattern): boolean {
  return Object.entries(pattern).every(([field, inner]) => {
    const value = event !== null && typeof event === "object" ? Reflect.get(event, field) : undefined;
    return isTests(inner) ? inner.some((one) => passes(value, one)) : matches(value, inner);
  });
}

function isTests(inner: readonly ValueTest[] | EventPattern): inner is readonly ValueTest[] {
  return Array.isArray(inner);
}

function passes(value: unknown, one: ValueTest): boolean {
  if (typeof one !== "object" || one === null) return value === one;
  if ("exists" in one) return (value !== undefined) === one.exists;
  if ("prefix" in one) return typeof value === "string" && value.startsWith(one.prefix);
  if ("anything-but" in one)
    return typeof value === "string" && !value.startsWith(one["anything-but"].prefix);
  if (typeof value !== "number" || !("numeric" in one)) return false;
  const [low, bound, high, end] = one.numeric;
  const isWithin = low === "<" ? value < Number(bound) : value >= Number(bound);
  return isWithin && (high === undefined || value < Number(end));
}
