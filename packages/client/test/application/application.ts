import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const FOLDER = join(import.meta.dirname, "../..");
const DIST = join(FOLDER, "dist");

/** Runs a program while this process continues to serve. @returns its output */
export async function run(
  program: string,
  args: string[],
  cwd = FOLDER,
  env: Record<string, string> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd, env: { ...process.env, ...env } });
  return stdout;
}

/** Builds the package and packs it as npm does. @returns the file in a folder of its own, which `remove` deletes */
export async function pack() {
  const folder = mkdtempSync(join(tmpdir(), "packed-"));
  await run(process.execPath, ["build.ts"]);
  const [{ filename }] = JSON.parse(await run("npm", ["pack", DIST, "--json", "--pack-destination", folder]));
  return { file: join(folder, filename), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
export type Packed = Awaited<ReturnType<typeof pack>>;

/** An empty application, or one of a recipe, with the packed package and packages of this workspace in its node_modules. */
export async function application(
  { file }: Packed,
  { recipe = "", linked = [] as string[] } = {},
): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "application-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (recipe === "") writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  else cpSync(join(FOLDER, "recipes", recipe), folder, { recursive: true });
  const installed = join(folder, "node_modules/@image-pipeline/client");
  mkdirSync(installed, { recursive: true });
  await run("tar", ["xf", file, "--strip-components=1", "-C", installed]);
  for (const name of linked) {
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(realpathSync(join(FOLDER, "node_modules", name)), join(folder, "node_modules", name));
  }
  return folder;
}
