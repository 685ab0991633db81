import fc from "fast-check";
import { expect, test } from "vitest";
import { Settings } from "../src/config/pipeline-settings.ts";
import { messageGroups } from "../src/events.ts";

const pattern = Settings.shape.uploads.parse({}).tenantPattern;
const groupOf = messageGroups({ prefix: "", pattern });

test.each([
  ["alice/2026/a.jpg", "", "alice"],
  ["photos/alice/a.jpg", "photos/", "alice"],
  ["a.jpg", "", "/"],
  ["photos/a.jpg", "photos/", "/"],
  ["/a.jpg", "", "/"],
])("by default the first folder of %j after the prefix %j is the tenant: %j", (key, prefix, group) => {
  expect(messageGroups({ prefix, pattern })(key)).toBe(group);
});

test("another pattern finds the tenant elsewhere in the key", () => {
  const byCustomer = messageGroups({ prefix: "", pattern: "/customer-(\\d+)/" });
  expect(["x/customer-7/a.jpg", "x/a.jpg"].map(byCustomer)).toEqual(["7", "/"]);
});

test("a tenant whose name SNS does not accept has a hash of it, different from another's", () => {
  const groups = ["Zoë/a", "Zoé/a", "two words/a", `${"x".repeat(129)}/a`].map(groupOf);
  for (const group of groups) expect(group).toMatch(/^sha256:[0-9a-z]+$/);
  expect(new Set(groups).size).toBe(4);
});

test("every key has a group that SNS and SQS accept, the same for all keys of its folder", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (folder, name) => {
      const group = groupOf(`${folder}/${name}`);
      // 1 to 128 letters, digits and marks (docs.aws.amazon.com/sns/latest/api/API_Publish.html).
      expect(group).toMatch(/^[a-zA-Z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/);
      if (!folder.includes("/")) expect(groupOf(`${folder}/other`)).toBe(group);
    }),
  );
});
