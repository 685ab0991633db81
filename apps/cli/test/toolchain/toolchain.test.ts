import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { beforeEach, expect, test } from "vitest";
import { type Lines, terminalOn } from "../../src/terminal/terminal.ts";
import { toolchain } from "../../src/toolchain/toolchain.ts";
import { expectPublished, run } from "../run.ts";

const WORKSPACE = join(import.meta.dirname, "../../../../pnpm-workspace.yaml");
let file: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "toolchain-test-"));
  file = join(folder, "pnpm-workspace.yaml");
  const text = readFileSync(WORKSPACE, "utf8");
  writeFileSync(file, text.replace(/^ {2}toolchain: .*$/m, "  toolchain: *provider5"));
  return () => rmSync(folder, { recursive: true });
});

/** Runs the command on a copy of the workspace's file, with an install that only records what it finds. */
async function choose(
  name: "provider5" | "provider6" | "cdktn" | undefined,
  { json = false, fails = false } = {},
) {
  const out: string[] = [];
  const installed: string[] = [];
  const terminal = {
    ...terminalOn({ stdout: { write: () => true }, stderr: { write: () => true } }),
    out: (lines: Lines) => void out.push(...[lines].flat()),
    json: (value: unknown) => void out.push(JSON.stringify(value)),
  };
  const install = async () => {
    installed.push(chosen());
    if (fails) throw new UserFault("no network");
  };
  const code = await toolchain(name, { json }, { terminal, variables: {} }, { file, install });
  return { code, out, installed };
}

const chosen = () => /^ {2}toolchain: (.*)$/m.exec(readFileSync(file, "utf8"))?.[1] ?? "";

test("the toolchains are listed with the chosen one marked, and nothing is installed", async () => {
  const { code, out, installed } = await choose(undefined);
  expect({ code, installed, chosen: chosen() }).toEqual({ code: 0, installed: [], chosen: "*provider5" });
  expect(out).toEqual([
    "*  provider5  CDKTF 0.21 with AWS provider 5.100       nodejs22.x  until 2027-04-30",
    "   provider6  CDKTF 0.21 with AWS provider 6.25        nodejs24.x  until 2028-04-30",
    "   cdktn      CDK Terrain 0.24 with AWS provider 6.66  nodejs24.x  until 2028-04-30",
  ]);
});

test("a name changes one line of the workspace, then installs, and says how to go back", async () => {
  const before = readFileSync(file, "utf8");
  const { out, installed } = await choose("cdktn");
  expect(installed).toEqual(["*cdktn"]);
  expect(readFileSync(file, "utf8")).toBe(before.replace("toolchain: *provider5", "toolchain: *cdktn"));
  expect(out.at(-1)).toBe("To go back before a deployment: npx pipeline toolchain provider5");
});

test("the chosen toolchain is not installed again", async () => {
  expect((await choose("provider5")).installed).toEqual([]);
});

test("a failed install leaves the workspace as it was", async () => {
  await expect(choose("provider6", { fails: true })).rejects.toThrow("no network");
  expect(chosen()).toBe("*provider5");
});

test("a workspace with its own versions in place of the line is refused", async () => {
  writeFileSync(file, "catalogs:\n  toolchain:\n    cdktf: 0.21.0\n");
  await expect(choose("provider6")).rejects.toThrow('pnpm-workspace.yaml has no line "toolchain: *NAME"');
});

test("--json writes every toolchain with its deadline, in the published shape", async () => {
  const { out } = await choose(undefined, { json: true });
  const [line = ""] = out;
  expectPublished(["toolchain"], JSON.parse(line));
  expect(JSON.parse(line)).toMatchObject({ toolchain: "provider5" });
});

test("an unknown name is refused with the names that exist, and ends with 2", async () => {
  const { code, error } = await run(["toolchain", "provider7"]);
  expect(code).toBe(2);
  expect(error[0]).toContain("provider5, provider6, cdktn");
});
