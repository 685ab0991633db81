import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEADLINES, TOOLCHAIN_NAMES, TOOLCHAINS } from "@image-pipeline/schema/toolchains";
import { expect, it } from "vitest";
import { DIFFERENCES } from "./differences.ts";
import { ROOT } from "./installed-toolchain.ts";

const page = readFileSync(join(ROOT, "docs/upgrading.md"), "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("|"));

it("docs/upgrading.md has every difference between the toolchains, with its reason", () => {
  for (const { before, after, reason } of Object.values(DIFFERENCES).flat())
    expect(
      rows.filter((row) => [before, after, reason].every((text) => row.includes(` ${text} |`))),
    ).toHaveLength(1);
});

it("docs/upgrading.md has every toolchain with its runtime, and every deadline", () => {
  for (const name of TOOLCHAIN_NAMES)
    expect(
      rows.some((row) => row.startsWith(`| \`${name}\``) && row.includes(TOOLCHAINS[name].runtime)),
    ).toBe(true);
  for (const { date } of DEADLINES) expect(rows.some((row) => row.includes(date))).toBe(true);
});
