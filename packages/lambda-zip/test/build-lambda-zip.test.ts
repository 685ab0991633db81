import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildLambdaZip, hostTarget, lambdaTarget } from "../src/index.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lambda-zip-"));
});
afterAll(() => rm(root, { recursive: true }));

async function handlerFolder(name: string): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "step.ts"), `export function greet(name: string) { return "hello " + name; }`);
  await writeFile(
    join(folder, "handler.ts"),
    `import { greet } from "./step.ts";\nexport const handler = async () => greet("lambda");`,
  );
  return folder;
}

test("the same sources in two folders give the same bytes", async () => {
  const zips: Buffer[] = [];
  for (const name of ["one", "some/where/else"]) {
    const folder = await handlerFolder(name);
    const outfile = join(folder, "dist/lambda.zip");
    await buildLambdaZip({ entry: join(folder, "handler.ts"), outfile });
    zips.push(await readFile(outfile));
  }
  expect(zips[0]?.equals(zips[1] ?? Buffer.alloc(0))).toBe(true);
});

test("the zip's index.js exports the handler", async () => {
  const folder = await handlerFolder("run");
  await buildLambdaZip({ entry: join(folder, "handler.ts"), outfile: join(folder, "lambda.zip") });
  const { "index.js": code } = unzipSync(await readFile(join(folder, "lambda.zip")));
  await writeFile(join(folder, "index.cjs"), code ?? "");
  const { handler } = await import(join(folder, "index.cjs"));
  expect(await handler()).toBe("hello lambda");
});

test.each(["arm64", "x86_64"] as const)(
  "carries sharp's binaries for Lambda on %s, whatever machine builds",
  async (architecture) => {
    const folder = await handlerFolder(architecture);
    await writeFile(
      join(folder, "handler.ts"),
      `import sharp from "sharp";\nexport const handler = async () => sharp.versions;`,
    );
    await mkdir(join(folder, "node_modules"));
    await symlink(join(import.meta.dirname, "../node_modules/sharp"), join(folder, "node_modules/sharp"));
    await buildLambdaZip({
      entry: join(folder, "handler.ts"),
      outfile: join(folder, "lambda.zip"),
      sharp: lambdaTarget(architecture),
    });
    const files = unzipSync(await readFile(join(folder, "lambda.zip")));
    const machines = Object.entries(files)
      .filter(([name]) => /\.node$|\.so/.test(name))
      .map(([, data]) => elfMachine(data));
    expect(machines).toEqual(architecture === "arm64" ? [0xb7, 0xb7] : [0x3e, 0x3e]);
  },
);

test("names what is wrong with a machine that has no prebuilt binaries", () => {
  expect(() => hostTarget({ platform: "win32", arch: "x64" })).toThrow("this machine is win32 x64");
});

/** `e_machine` of an ELF header: 0x3e is x86-64, 0xb7 is AArch64 (man 5 elf). */
function elfMachine(data: Uint8Array): number {
  return new DataView(data.buffer, data.byteOffset).getUint16(18, true);
}
