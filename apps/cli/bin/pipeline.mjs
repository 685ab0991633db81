#!/usr/bin/env node
/**
 * Starts the command line on Node.js 22, whichever version runs this file: on an older one it starts itself again with
 * the binary that the workspace installs. It has no dependencies, so that it can always say what is missing.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as module from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

/** The first version that runs TypeScript without a flag. */
const OLDEST = [22, 18];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
  module.enableCompileCache();
  await import("../src/main.ts");
} else {
  runOn(pinnedNode());
}

function pinnedNode() {
  const binary = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));
  if (existsSync(binary)) return binary;
  process.stderr.write("pipeline: the packages are not installed: run `npm start` once\n");
  process.exit(1);
}

/** On a terminal Ctrl-C reaches both processes; passing it on would make it two. */
function runOn(binary) {
  const child = spawn(binary, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  child.on("error", (error) => {
    process.stderr.write(`pipeline: Node.js 22 cannot be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("close", (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
