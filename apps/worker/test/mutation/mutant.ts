import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mutation } from "./mutations.ts";

const REPOSITORY = join(import.meta.dirname, "../../../..");
const PARTS = [
  "packages/schema",
  "packages/imaging",
  "packages/lambda-zip",
  "packages/lambda-kit",
  "packages/testing",
  "apps/worker",
  "apps/ingest",
];

/** What a copy of the repository says of itself when its tests are run. */
export interface Verdict {
  isRed: boolean;
  output: string;
}

/** Runs tests of a copy of the repository, with a mutation or without one. */
export async function runTests({
  package: folder,
  tests,
  ...mutation
}: Pick<Mutation, "package" | "tests"> & Partial<Mutation>): Promise<Verdict> {
  const copy = await mkdtemp(join(tmpdir(), "mutant-"));
  try {
    await copyRepository(copy);
    if (mutation.file) await mutate(join(copy, mutation.file), mutation.from ?? "", mutation.to ?? "");
    return await vitest(join(copy, folder), tests);
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function copyRepository(to: string): Promise<void> {
  await mkdir(join(to, "apps"));
  for (const part of PARTS)
    await cp(join(REPOSITORY, part), join(to, part), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !/[\\/](dist|dist-test|\.turbo)$/.test(path),
    });
  for (const file of [
    "package.json",
    "vitest.config.ts",
    "tsconfig.base.json",
    "scripts/failures-reporter.ts",
  ])
    await cp(join(REPOSITORY, file), join(to, file));
  await symlink(join(REPOSITORY, "node_modules"), join(to, "node_modules"));
}

/** @throws {Error} when the source no longer holds what is to be broken */
async function mutate(file: string, from: string, to: string): Promise<void> {
  const source = await readFile(file, "utf8");
  if (!source.includes(from)) throw new Error(`${file} holds no ${JSON.stringify(from)} to break`);
  await writeFile(file, source.replaceAll(from, to));
}

async function vitest(cwd: string, tests: string[]): Promise<Verdict> {
  const config = ["--config", "../../vitest.config.ts", "--reporter", "dot"];
  const child = spawn(join(REPOSITORY, "node_modules/.bin/vitest"), ["run", ...config, ...tests], {
    cwd,
    env: { ...process.env, FC_RUNS: "1000", FC_SEED: "1", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 100_000,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  return { isRed: code !== 0 && /\d+ failed/.test(output), output };
}
