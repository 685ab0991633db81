import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPipelines } from "@image-pipeline/schema/load";
import { startProgram } from "@image-pipeline/testing/progress";
import { unzipSync } from "fflate";
import { afterEach, beforeEach, expect, test } from "vitest";

const BIN = join(import.meta.dirname, "../src/main.ts");

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "lambda-zip-bin-"));
});
afterEach(() => rm(root, { recursive: true }));

/** Runs the bin in a package with this `lambda` field. */
async function run(lambda: object): Promise<string> {
  const folder = join(root, "apps/search");
  await mkdir(join(folder, "src"), { recursive: true });
  await mkdir(join(folder, "node_modules"));
  await symlink(join(import.meta.dirname, "../node_modules/sharp"), join(folder, "node_modules/sharp"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", lambda }));
  await writeFile(join(folder, "src/handler.ts"), "export const handler = async () => 1;");
  const { code, stderr } = await startProgram(BIN, [], { cwd: folder }).ended;
  if (code !== 0) throw new Error(stderr);
  return folder;
}

async function entriesOf(zip: string): Promise<string[]> {
  return Object.keys(unzipSync(await readFile(zip)));
}

test("writes a zip for Lambda and one for this machine", async () => {
  const folder = await run({ handlers: ["handler"] });
  expect((await readdir(join(folder, "dist"), { recursive: true })).sort()).toEqual([
    "index.js.map",
    "lambda.zip",
    "local",
    "local/index.js.map",
    "local/lambda.zip",
  ]);
  expect(await entriesOf(join(folder, "dist/lambda.zip"))).toEqual(["index.js"]);
});

test("adds the binaries of native packages for the architecture in pipeline.config.ts", async () => {
  const folder = await run({ handlers: ["handler"], native: ["sharp"] });
  const [pipeline] = (await loadPipelines()).values();
  const cpu = pipeline?.architecture === "arm64" ? "arm64" : "x64";
  expect(await entriesOf(join(folder, "dist/lambda.zip"))).toContain(
    `node_modules/@img/sharp-linux-${cpu}/package.json`,
  );
});

test("fails with every fault of the lambda field", async () => {
  const field = { handlers: [], native: ["canvas"] };
  await expect(run(field)).rejects.toThrow(/handlers[\s\S]*native|native[\s\S]*handlers/);
});
