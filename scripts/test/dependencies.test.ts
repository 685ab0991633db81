import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TOOLCHAIN_NAMES, TOOLCHAINS } from "@image-pipeline/schema/toolchains";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const STORE = join(ROOT, "node_modules/.pnpm");

interface Manifest {
  name: string;
  version: string;
  os?: string | string[];
  cpu?: string | string[];
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const read = (path: string): Manifest => JSON.parse(readFileSync(path, "utf8"));
const installed = globSync(["*/node_modules/*/package.json", "*/node_modules/@*/*/package.json"], {
  cwd: STORE,
})
  .filter((path) => path.startsWith(folderOf(path.split("/node_modules/")[1] ?? "")))
  .map((path) => read(join(STORE, path)));
const zipped = Object.keys(read(join(ROOT, "packages/lambda-zip/package.json")).dependencies ?? {});

/** The beginning of the folder that pnpm gives a package: others have a link to it beside their own. */
function folderOf(path: string): string {
  return `${path.replace(/\/package\.json$/, "").replace("/", "+")}@`;
}

function accepts(list: string | string[] | undefined, value: string): boolean {
  const names = [list ?? []].flat();
  return (
    names.length === 0 ||
    names.includes(value) ||
    names.some((name) => name.startsWith("!") && name !== `!${value}`)
  );
}

it("installs binaries for another platform only if they go into a zip", () => {
  expect(installed.length).toBeGreaterThan(100);
  const foreign = installed.filter(
    ({ os, cpu }) => !accepts(os, process.platform) || !accepts(cpu, process.arch),
  );
  expect(foreign.map(({ name }) => name).filter((name) => !zipped.includes(name))).toEqual([]);
});

/** The patches that delete unused files are for the default toolchain's versions. */
const { provider } = TOOLCHAINS[TOOLCHAIN_NAMES[0]];
const hasDefaultToolchain = installed.some(
  ({ name, version }) => name === provider.name && version === provider.version,
);

it.runIf(process.platform === "linux" && process.env.CI && hasDefaultToolchain)(
  "keeps a new node_modules below 900 MB",
  () => {
    // Without the caches of this run's own tests.
    const caches = [".cache", ".vitest-cache", ".vite-temp"].map((name) => `--exclude=${name}`);
    const size = execFileSync("du", ["-sm", ...caches, "node_modules"], { cwd: ROOT, encoding: "utf8" });
    expect(Number.parseInt(size, 10)).toBeLessThan(900);
  },
);

it("puts the version of sharp's binaries into the zips that sharp itself asks for", () => {
  const binaries = zipped.filter((name) => name.startsWith("@img/"));
  const wanted = installed.find(({ name }) => name === "sharp")?.optionalDependencies ?? {};
  expect(binaries).toHaveLength(4);
  for (const name of binaries)
    expect([name, installed.find((each) => each.name === name)?.version]).toEqual([name, wanted[name]]);
});

/** The override is for CDKTF's command line; CDK Terrain's does not name this package. */
const hasCdktf = installed.some(({ name }) => name === "cdktf-cli");

it.runIf(hasCdktf)("gives cdktf a pseudo terminal that starts Terraform on this platform", () => {
  const [folder = ""] = globSync("@cdktf+cli-core@*/node_modules/@cdktf/cli-core", { cwd: STORE });
  const script = `const { spawn } = require("@cdktf/node-pty-prebuilt-multiarch");
    const terminal = spawn("echo", ["hello"], {});
    terminal.onData((text) => process.stdout.write(text));
    terminal.onExit(({ exitCode }) => process.exit(exitCode));`;
  const printed = execFileSync(process.execPath, ["-e", script], {
    cwd: join(STORE, folder),
    encoding: "utf8",
  });
  expect(printed).toContain("hello");
});

it("starts the unit tests of every package by the same command", () => {
  const packages = globSync("{apps,examples,packages}/*/package.json", { cwd: ROOT }).map((path) =>
    read(join(ROOT, path)),
  );
  const other = packages.filter(
    ({ scripts }) => scripts?.test !== "npm test --prefix ../.. -- $npm_package_name --project unit",
  );
  expect(other.map(({ name }) => name)).toEqual([]);
});
