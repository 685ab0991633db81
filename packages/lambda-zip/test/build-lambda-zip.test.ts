import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildLambdaZip, hostTarget } from "../src/index.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lambda-zip-"));
});
afterAll(() => rm(root, { recursive: true }));

const HANDLER = `import { greet } from "./step.ts";\nexport const handler = async () => greet("lambda");`;

/** A function's sources in a folder of this name. */
async function handlerFolder(name: string, handler = HANDLER): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "step.ts"), `export function greet(name: string) { return "hello " + name; }`);
  await writeFile(join(folder, "handler.ts"), handler);
  return folder;
}

test("builds the same bytes in another folder and with another comment", async () => {
  const zips: Buffer[] = [];
  for (const { name, comment } of [
    { name: "one", comment: "" },
    { name: "some/where/else", comment: "\n// a comment\n" },
  ]) {
    const folder = await handlerFolder(name, `${HANDLER}${comment}`);
    const outfile = join(folder, "dist/lambda.zip");
    await buildLambdaZip({ entry: join(folder, "handler.ts"), outfile });
    zips.push(await readFile(outfile));
  }
  expect(zips[0]?.equals(zips[1] ?? Buffer.alloc(0))).toBe(true);
});

test("puts further files, such as logos, at their paths", async () => {
  const folder = await handlerFolder("others");
  const outfile = join(folder, "lambda.zip");
  const others = new Map([["logos/logo.png", Buffer.from("picture")]]);
  await buildLambdaZip({ entry: join(folder, "handler.ts"), outfile, others });
  const { "logos/logo.png": file = Buffer.of() } = unzipSync(await readFile(outfile));
  expect(Buffer.from(file).toString()).toBe("picture");
});

test("fails if the entry does not export a handler", async () => {
  const folder = await handlerFolder("missing");
  const zip = { entry: join(folder, "handler.ts"), outfile: join(folder, "lambda.zip") };
  await expect(buildLambdaZip({ ...zip, handlers: ["handler", "render"] })).rejects.toThrow(
    "handler.ts does not export render",
  );
});

test("index.js in the zip exports the handler", async () => {
  const folder = await handlerFolder("run");
  await buildLambdaZip({ entry: join(folder, "handler.ts"), outfile: join(folder, "lambda.zip") });
  const { "index.js": code } = unzipSync(await readFile(join(folder, "lambda.zip")));
  await writeFile(join(folder, "index.cjs"), code ?? "");
  const { handler } = await import(join(folder, "index.cjs"));
  expect(await handler()).toBe("hello lambda");
});

test("names the platform of a machine without prebuilt binaries", () => {
  expect(() => hostTarget({ platform: "win32", arch: "x64" })).toThrow("this machine is win32 x64");
});
