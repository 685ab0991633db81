import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import type { LambdaFunction } from "../src/topology/topology.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Writes a zip. @param files their content by name */
export function writeZip(files: Record<string, string>): string {
  const path = join(temporaryFolder(), "lambda.zip");
  writeFileSync(
    path,
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))),
  );
  return path;
}

/** A function whose handler is this expression. */
export function lambdaOf(handler: string, settings: Partial<LambdaFunction> = {}): LambdaFunction {
  return {
    name: "my-function",
    arn: "arn:aws:lambda:us-east-1:000000000000:function:my-function",
    roleArn: "arn:aws:iam::000000000000:role/my-function",
    zipPath: writeZip({ "index.js": `exports.handler = ${handler};` }),
    handler: "index.handler",
    environment: {},
    timeoutSeconds: 5,
    memoryMegabytes: 512,
    reservedConcurrency: null,
    asynchronous: {
      maximumRetryAttempts: 2,
      maximumEventAgeSeconds: 21_600,
      onFailureArn: null,
      deadLetterArn: null,
    },
    ...settings,
  };
}
