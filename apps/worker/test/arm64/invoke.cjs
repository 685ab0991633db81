/**
 * Runs beside an unpacked zip as Lambda would run it: one event in on standard input, the handler's answer out to a file.
 * Plain CommonJS, as the zip is.
 */
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const [, , task, answer, program] = process.argv;
// The handler's child process is started by this path, which is an arm64 program that an emulated one cannot execute.
process.execPath = program;
const { handler } = require(join(task, "index.js"));
const context = { functionName: "worker", awsRequestId: "request-1", getRemainingTimeInMillis: () => 60_000 };
handler(JSON.parse(readFileSync(0, "utf8")), context).then((value) =>
  writeFileSync(answer, JSON.stringify({ arch: process.arch, platform: process.platform, value })),
);
