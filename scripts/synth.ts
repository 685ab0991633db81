/**
 * Builds the handlers' zips, then writes `cdktf.out`. An error in the config is printed before anything is built, without
 * the lines that the task runner would add.
 */
import { ConfigError } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { runTool } from "./run-tool.ts";

try {
  await loadPipelines();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const build = [
  "run",
  "build",
  "--filter=@image-pipeline/infra^...",
  "--output-logs=errors-only",
  "--log-order=grouped",
];
process.exitCode =
  (await runTool("turbo", build, "pipe")) || (await runTool("node", ["apps/infra/src/main.ts"], "inherit"));
