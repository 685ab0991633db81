/**
 * Builds the handlers' zips, then writes `cdktf.out`. An error in the config is printed before anything is built, without
 * the lines that the task runner would add.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ConfigError } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";

const root = join(import.meta.dirname, "..");

/** Runs a command and returns its standard output; its error output is printed only if it fails: CDKTF shows it in red. */
function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  if (status === 0) return stdout;
  process.stderr.write(error ? `${command}: ${error.message}\n` : `${stdout}${stderr}`);
  process.exit(status ?? 1);
}

try {
  await loadPipelines();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
run(
  "turbo",
  "run",
  "build",
  "--filter=@image-pipeline/infra^...",
  "--output-logs=errors-only",
  "--log-order=grouped",
);
process.stdout.write(run("node", "apps/infra/src/main.ts"));
