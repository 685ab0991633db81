import { EventPattern } from "@image-pipeline/schema/aws";
import { workflowPatterns } from "@image-pipeline/schema/workflow";
import { describe, expect, it } from "vitest";
import { matchesPattern } from "../../src/topology/event-pattern.ts";

const matches = (event: unknown, pattern: unknown) => matchesPattern(event, EventPattern.parse(pattern));

describe("a pattern", () => {
  const event = {
    body: { type: "image.uploaded", data: { size: 10, key: "review/a.jpg", tags: ["x", "y"] } },
  };
  it.each([
    [{ body: { type: ["image.deleted", "image.uploaded"] } }, true],
    [{ body: { type: ["image.deleted"] } }, false],
    [{ body: { data: { size: [{ numeric: [">=", 10, "<", 11] }] } } }, true],
    [{ body: { data: { size: [{ numeric: [">", 10] }] } } }, false],
    [{ body: { data: { size: [{ numeric: ["<=", 9] }, 10] } } }, true],
    [{ body: { data: { size: ["10"] } } }, false],
    [{ body: { data: { key: [{ prefix: "review/" }] } } }, true],
    [{ body: { data: { key: [{ prefix: "a" }] } } }, false],
    [{ body: { data: { key: [{ suffix: ".jpg" }] } } }, true],
    [{ body: { data: { key: [{ suffix: ".png" }] } } }, false],
    [{ body: { data: { key: [{ wildcard: "review/*.jpg" }] } } }, true],
    [{ body: { data: { key: [{ wildcard: "review/*" }] } } }, true],
    [{ body: { data: { key: [{ wildcard: "review/*.JPG" }] } } }, false],
    [{ body: { data: { key: [{ wildcard: "a*.jpg" }] } } }, false],
    [{ body: { data: { key: [{ wildcard: "review/\\*" }] } } }, false],
    [{ body: { data: { key: [{ wildcard: "review/a?jpg" }] } } }, false],
    [{ body: { data: { tags: ["y"] } } }, true],
    [{ body: { data: { other: [{ exists: false }] } } }, true],
    [{ body: { data: { key: [{ exists: true }], other: [{ exists: true }] } } }, false],
    [{ body: { data: { key: { deeper: ["x"] } } } }, false],
    [{ body: ["text"] }, false],
    [{}, true],
  ])("%j", (pattern, expected) => {
    expect(matches(event, pattern)).toBe(expected);
  });

  it.each([
    { key: [{ cidr: "10.0.0.0/8" }] },
    { key: [{ prefix: "a", suffix: ".jpg" }] },
    { key: [{ numeric: ["~", 1] }] },
    { key: [{ numeric: [">"] }] },
    { key: [{ "anything-but": "a" }] },
    { key: [] },
    { $or: "x" },
  ])("with an unsupported operator is invalid: %j", (pattern) => {
    expect(EventPattern.safeParse(pattern).success).toBe(false);
  });

  it("is valid if it is one of the stacks' own", () => {
    for (const pattern of workflowPatterns({ enabled: true, minBytes: 10, prefix: "review/" }))
      expect(EventPattern.safeParse(pattern).success).toBe(true);
  });
});
