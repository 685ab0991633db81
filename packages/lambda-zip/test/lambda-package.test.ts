import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { definePipeline } from "@image-pipeline/schema/config";
import { unzipSync } from "fflate";
import { expect, it, onTestFinished } from "vitest";
import { buildLambdaZip, bundlePackage } from "../src/index.ts";
import { toConfigFiles } from "../src/lambda-package.ts";

async function packageWith(handler: string, lambda: object = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lambda-package-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "src"));
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ lambda: { handlers: ["handler"], ...lambda } }),
  );
  await writeFile(join(folder, "src/handler.ts"), handler);
  return folder;
}

it("writes the source map beside the zip and not into it", async () => {
  const folder = await packageWith("export const handler = async (name: string) => name;");
  const outfile = join(folder, "dist/lambda.zip");
  await buildLambdaZip({ entry: join(folder, "src/handler.ts"), outfile });
  const { sources } = JSON.parse(await readFile(join(folder, "dist/index.js.map"), "utf8"));
  expect(sources.map((path: string) => resolve(dirname(outfile), path))).toEqual([
    join(folder, "src/handler.ts"),
  ]);
  expect(Object.keys(unzipSync(await readFile(outfile)))).toEqual(["index.js"]);
});

it("bundles a package's function with the files that it is made from", async () => {
  const folder = await packageWith(
    'import { one } from "./one.ts";\nexport const handler = async () => one;',
  );
  await writeFile(join(folder, "src/one.ts"), "export const one = 1;");
  const { files, inputs } = await bundlePackage(folder, { mapFolder: join(folder, "dist"), minify: false });
  expect(inputs.toSorted()).toEqual([join(folder, "src/handler.ts"), join(folder, "src/one.ts")]);
  expect(Buffer.from(files.get("index.js")?.code ?? []).toString()).toContain("one = 1");
});

it("bundles each program that the function starts to a file of its own, which the function finds in its folder", async () => {
  const folder = await packageWith(
    'import { join } from "node:path";\nexport const handler = async () => join(import.meta.dirname, "engine.js");',
    { programs: { engine: "./engine.ts" } },
  );
  await writeFile(join(folder, "src/engine.ts"), "process.stdout.write(String(6 * 7));");
  const { files, inputs } = await bundlePackage(folder, { mapFolder: join(folder, "dist") });
  expect([...files.keys()]).toEqual(["index.js", "engine.js"]);
  expect(inputs).toContain(join(folder, "src/engine.ts"));
  for (const [name, { code }] of files) await writeFile(join(folder, name.replace(".js", ".cjs")), code);
  const { handler } = await import(join(folder, "index.cjs"));
  expect(await handler()).toBe(join(folder, "engine.js"));
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "engine.cjs")]);
  expect(stdout).toBe("42");
});

it("names file, line and column of a fault in the sources", async () => {
  const folder = await packageWith("export const handler = ;");
  const bundling = bundlePackage(folder, { mapFolder: folder, prints: false });
  await expect(bundling).rejects.toThrow(`${join(folder, "src/handler.ts")}:1:24: Unexpected ";"`);
});

it("gives the logos and fonts of all presets to the zips that ask for them, at their paths", async () => {
  const folder = await packageWith("");
  await mkdir(join(folder, "logos"));
  await writeFile(join(folder, "logos/logo.png"), "picture");
  const small = { width: 40, watermark: { image: "logo.png" }, formats: ["webp" as const] };
  const pipelines = definePipeline({ presets: { small }, environments: { dev: {}, prod: {} } });
  const files = await toConfigFiles({ configFiles: true }, pipelines, folder);
  expect([...files].map(([path, file]) => [path, Buffer.from(file).toString()])).toEqual([
    ["logos/logo.png", "picture"],
  ]);
  expect(await toConfigFiles({ configFiles: false }, pipelines, folder)).toEqual(new Map());
});
