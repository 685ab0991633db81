import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const REPOSITORY = join(import.meta.dirname, "../../..");
const ZIPS = ["dist/lambda.zip", "dist/local/lambda.zip"];

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "worker-zip-"));
});
afterAll(() => rm(root, { recursive: true }));

/** Builds the handler in a copy of the repository's sources, some text added to one, and returns its zips. */
async function buildIn(folder: string, remark = ""): Promise<Buffer[]> {
  const copy = join(root, folder);
  await mkdir(join(copy, "apps"), { recursive: true });
  for (const part of ["packages", "apps/worker"])
    await cp(join(REPOSITORY, part), join(copy, part), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !/[\\/](dist|dist-test|\.turbo)$/.test(path),
    });
  await cp(join(REPOSITORY, "pipeline.config.ts"), join(copy, "pipeline.config.ts"));
  await symlink(join(REPOSITORY, "node_modules"), join(copy, "node_modules"));
  await appendFile(join(copy, "apps/worker/src/process-uploaded.ts"), remark);
  await promisify(execFile)(process.execPath, ["build.ts"], { cwd: join(copy, "apps/worker") });
  return Promise.all(ZIPS.map((zip) => readFile(join(copy, "apps/worker", zip))));
}

test("both zips, with the binaries of Lambda and of this machine, are the same to the byte when two folders build them", {
  timeout: 120_000,
}, async () => {
  const one = await buildIn("one");
  const other = await buildIn("some/where/else");
  expect(one.map(sha256)).toEqual(other.map(sha256));
});

test("a comment more changes no byte of them, and so no plan", { timeout: 120_000 }, async () => {
  const plain = await buildIn("plain");
  const commented = await buildIn("commented", "\n// a remark\n");
  expect(commented.map(sha256)).toEqual(plain.map(sha256));
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
