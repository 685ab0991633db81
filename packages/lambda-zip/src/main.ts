#!/usr/bin/env node
import { join } from "node:path";
import { ConfigError, type Pipeline } from "@image-pipeline/schema/config";
import { configFolder, loadPipelines } from "@image-pipeline/schema/load";
import { toPlainLines, writeLines } from "@image-pipeline/schema/plain-text";
import { buildLambdaZip } from "./build-lambda-zip.ts";
import { readLambdaField, toConfigFiles, toEntries } from "./lambda-package.ts";
import { hostTarget, lambdaTarget } from "./target.ts";

/** Builds two zips of the package in the current folder: one for Lambda, and one with this machine's binaries. */
async function main(folder: string): Promise<void> {
  const field = await readLambdaField(folder);
  const isNative = field.native.length > 0;
  const others = await toConfigFiles(field, await loadPipelines(), configFolder());
  const zips = [
    { outfile: "dist/lambda.zip", ...(isNative && { sharp: lambdaTarget(await deployedArchitecture()) }) },
    { outfile: "dist/local/lambda.zip", ...(isNative && { sharp: hostTarget() }) },
  ];
  for (const { outfile, ...target } of zips)
    await buildLambdaZip({
      ...toEntries(folder, field),
      handlers: field.handlers,
      outfile: join(folder, outfile),
      others,
      ...target,
    });
}

/** Returns the CPU of the deployed functions. All environments have the same, since there is one zip. */
async function deployedArchitecture(): Promise<Pipeline["architecture"]> {
  const [pipeline] = (await loadPipelines()).values();
  if (!pipeline) throw new ConfigError("pipeline.config.ts names no environment");
  return pipeline.architecture;
}

main(process.cwd()).catch((error: unknown) => {
  if (!(error instanceof ConfigError)) throw error;
  writeLines(process.stderr, toPlainLines(error.message));
  process.exitCode = 1;
});
