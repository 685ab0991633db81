#!/usr/bin/env node
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError, type Pipeline } from "@image-pipeline/schema/config";
import { buildLambdaZip } from "./build-lambda-zip.ts";
import { readLambdaField } from "./lambda-package.ts";
import { hostTarget, lambdaTarget } from "./target.ts";

/** Builds two zips of the package in the current folder: one for Lambda, and one with this machine's binaries. */
async function main(folder: string): Promise<void> {
  const { entry, handlers, native } = await readLambdaField(folder);
  const isNative = native.length > 0;
  const zips = [
    { outfile: "dist/lambda.zip", ...(isNative && { sharp: lambdaTarget(await architectureOf(folder)) }) },
    { outfile: "dist/local/lambda.zip", ...(isNative && { sharp: hostTarget() }) },
  ];
  for (const { outfile, ...target } of zips)
    await buildLambdaZip({ entry: join(folder, entry), handlers, outfile: join(folder, outfile), ...target });
}

/** Returns the CPU of the deployed functions. All environments have the same: there is one zip. */
async function architectureOf(folder: string): Promise<Pipeline["architecture"]> {
  const { default: pipelines }: { default: ReadonlyMap<string, Pipeline> } = await import(
    pathToFileURL(configAbove(folder)).href
  );
  const [pipeline] = pipelines.values();
  if (!pipeline) throw new ConfigError("pipeline.config.ts names no environment");
  return pipeline.architecture;
}

function configAbove(folder: string): string {
  const file = join(folder, "pipeline.config.ts");
  if (existsSync(file)) return file;
  if (dirname(folder) === folder) throw new Error("no folder above this package has a pipeline.config.ts");
  return configAbove(dirname(folder));
}

main(process.cwd()).catch((error: unknown) => {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
