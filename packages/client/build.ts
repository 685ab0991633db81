import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const FOLDER = import.meta.dirname;
const OUTPUT = join(FOLDER, "dist");
const ENTRIES = ["index", "placeholder", "react"];
/** The fields of the workspace's package.json that are published; the rest, such as its scripts, is of no use elsewhere. */
const PUBLISHED = [
  "name",
  "version",
  "description",
  "license",
  "type",
  "sideEffects",
  "engines",
  "peerDependencies",
  "peerDependenciesMeta",
];
const SHARED = {
  bundle: true,
  format: "esm",
  absWorkingDir: FOLDER,
  outdir: OUTPUT,
  logLevel: "warning",
} as const;

await rm(OUTPUT, { recursive: true, force: true });
await build({
  ...SHARED,
  entryPoints: ENTRIES.map((name) => `src/${name}.ts`),
  platform: "browser",
  target: "es2023",
  minifySyntax: true,
  external: ["react"],
});
await build({
  ...SHARED,
  entryPoints: ["src/server.ts"],
  platform: "node",
  target: "node22",
  external: ["@aws-sdk/*"],
});
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: FOLDER, stdio: "inherit" });
for (const name of globSync("**/*.d.ts", { cwd: OUTPUT })) {
  const types = await readFile(join(OUTPUT, name), "utf8");
  await writeFile(join(OUTPUT, name), types.replaceAll(/(from ".+)\.ts"/g, '$1.js"'));
}

const manifest: Record<string, unknown> & { exports: Record<string, string> } = JSON.parse(
  await readFile(join(FOLDER, "package.json"), "utf8"),
);
const exported = Object.entries(manifest.exports).map(([entry, source]) => {
  const path = source.replace("./src/", "./").replace(".ts", "");
  return [entry, { types: `${path}.d.ts`, default: `${path}.js` }];
});
const published = {
  ...Object.fromEntries(PUBLISHED.map((field) => [field, manifest[field]])),
  exports: { ...Object.fromEntries(exported), "./package.json": "./package.json" },
};
await writeFile(join(OUTPUT, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
await copyFile(join(FOLDER, "README.md"), join(OUTPUT, "README.md"));
await copyFile(join(FOLDER, "../../LICENSE"), join(OUTPUT, "LICENSE"));
