import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toConfigurationPage } from "../src/configuration-page.ts";
import { DISPOSITIONS } from "../src/errors.ts";
import { REJECTION_REASONS } from "../src/messages/reasons.ts";

const page = (name: string) => readFileSync(join(import.meta.dirname, "../../../docs", name), "utf8");

test("docs/configuration.md has every setting as the schema has it", () => {
  expect(page("configuration.md"), "run `npm run generate`").toBe(toConfigurationPage());
});

test("docs/operations.md has a row for every rejection reason, with the cause and the remedy", () => {
  const rows = Object.keys(REJECTION_REASONS).filter((reason) =>
    new RegExp(`^\\| \`${reason}\` \\| .+ \\| .+ \\|$`, "m").test(page("operations.md")),
  );
  expect(rows).toEqual(Object.keys(REJECTION_REASONS));
});

test("docs/operations.md explains every error code", () => {
  const text = page("operations.md");
  expect(Object.keys(DISPOSITIONS).filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
});
