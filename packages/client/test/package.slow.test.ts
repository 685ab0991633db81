import { globSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { application, type Packed, pack, run } from "./application/application.ts";

const DIST = join(import.meta.dirname, "../dist");
const MAX_BYTES = { index: 3000, placeholder: 3000, react: 5000 };
const TSC = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
let packed: Packed;
beforeAll(async () => {
  packed = await pack();
});
afterAll(() => packed.remove());

it.each(Object.entries(MAX_BYTES))("keeps the entry %s small and without Node.js", async (name, bound) => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(DIST, `${name}.js`)],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    external: ["react"],
    logLevel: "silent",
  });
  expect(gzipSync(outputFiles[0]?.contents ?? "").byteLength).toBeLessThan(bound);
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  expect(imported.filter((path) => path !== "react" || isBuiltin(path))).toEqual([]);
});

it("has no dependency, no side effect and nothing of the workspace", () => {
  const text = readFileSync(join(DIST, "package.json"), "utf8");
  const { dependencies, sideEffects, private: isPrivate } = JSON.parse(text);
  expect([dependencies, sideEffects, isPrivate]).toEqual([undefined, false, undefined]);
  expect(text).not.toMatch(/workspace:|catalog:|devDependencies/);
});

it("has types that refer to no file or package which is not published", () => {
  const referred = globSync("**/*.d.ts", { cwd: DIST }).flatMap((file) =>
    [...readFileSync(join(DIST, file), "utf8").matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(
      ([, to]) => to,
    ),
  );
  expect(referred.filter((to) => !/^\.{1,2}\/.+\.js$|^react$|^@aws-sdk\/client-s3$/.test(to ?? ""))).toEqual(
    [],
  );
});

it("runs in an application that has nothing else installed", async () => {
  const folder = await application(packed);
  writeFileSync(
    join(folder, "main.js"),
    `import { picture } from "@image-pipeline/client";
     import { placeholder } from "@image-pipeline/client/placeholder";
     console.log(picture({ status: "rejected" }, { baseUrl: "" }), placeholder({ status: "deleted" }));`,
  );
  expect(await run(process.execPath, ["main.js"], folder)).toBe("null {}\n");
});

it("has types for an application, under both ways of resolving modules", async () => {
  const folder = await application(packed);
  writeFileSync(
    join(folder, "main.ts"),
    `import { picture, type Manifest } from "@image-pipeline/client";
     import { placeholder } from "@image-pipeline/client/placeholder";
     export function show(manifest: Manifest): string {
       const { dataUrl = "" } = placeholder(manifest);
       return manifest.status === "processed" ? manifest.facts.dominantColour : dataUrl;
     }
     export const source: string | undefined = picture({ status: "new" }, { baseUrl: "" })?.sources[0]?.type;
     // @ts-expect-error: there is no such option
     picture({ status: "new" }, { base: "" });`,
  );
  for (const [module, resolution] of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])
    run(
      process.execPath,
      [
        TSC,
        "--noEmit",
        "--strict",
        "--types",
        "",
        "--module",
        `${module}`,
        "--moduleResolution",
        `${resolution}`,
        "main.ts",
      ],
      folder,
    );
});
