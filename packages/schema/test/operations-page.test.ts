import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ANALYSIS_REJECTION_REASONS } from "../src/index.ts";
import { DISPOSITIONS } from "../src/processing.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/operations.md"), "utf8");

test.each(Object.keys({ ...DISPOSITIONS, ...ANALYSIS_REJECTION_REASONS }))(
  "docs/operations.md explains %s",
  (code) => {
    expect(page).toContain(`\`${code}\``);
  },
);
