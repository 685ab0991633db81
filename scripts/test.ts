/**
 * Builds the functions' zips, runs the tests of all packages in one Vitest, prints the failures again, then the
 * counts: the last line is `N passed, N failed[, N skipped]`.
 *
 * `npm test -- worker infra` runs the tests of two packages; other arguments go to Vitest: `npm test -- worker --project unit`.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "./run-tool.ts";

const root = join(import.meta.dirname, "..");
const report = join(root, "dist-test/report.json");
const failures = join(root, "dist-test/failures.txt");

for (const file of [report, failures]) rmSync(file, { force: true });
const built = await runTool(
  "turbo",
  ["run", "build", "--output-logs=errors-only", "--log-order=grouped"],
  "pipe",
);
const ended =
  built === 0 ? await runTool("vitest", ["run", ...process.argv.slice(2).map(toFilter)], "inherit") : built;

if (existsSync(failures)) console.error(`\nFailed:\n${readFileSync(failures, "utf8")}`);
const { passed, failed, skipped } = counts();
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
const isInterrupted = ended > 128;
if (isInterrupted) process.exitCode = ended;
else process.exitCode = ended === 0 && failed === 0 ? 0 : 1;

/** A package's name, with or without its scope, becomes its folder. */
function toFilter(argument: string): string {
  const name = argument.replace(/^@image-pipeline\//, "");
  const folder = ["apps", "examples", "packages"].find((parent) =>
    existsSync(join(root, parent, name, "package.json")),
  );
  return folder ? `${folder}/${name}/` : argument;
}

/** The counts of Vitest's JSON reporter; a run that ended without a report, or failed outside of a test, is one failure. */
function counts() {
  if (!existsSync(report)) {
    console.error(built === 0 ? "Vitest ended before it wrote a report" : "the build failed: see above");
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const json: Record<string, unknown> = JSON.parse(readFileSync(report, "utf8"));
  return {
    passed: Number(json.numPassedTests),
    failed: Number(json.numFailedTests) || (json.success === true ? 0 : 1),
    skipped: Number(json.numPendingTests) + Number(json.numTodoTests),
  };
}
