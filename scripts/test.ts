/**
 * Runs every package's tests, says again what failed and why, then adds up their counts: the last line is
 * `N passed, N failed, N skipped`.
 *
 * A package that has tests but left no report (it crashed before its first test) counts as one failure, so that the
 * sum can never look better than the run was.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const packages = globSync("{apps,packages}/*/package.json", { cwd: root })
  .map((file) => join(root, dirname(file)))
  .filter((folder) => globSync("test/**/*.test.ts", { cwd: folder }).length > 0);
const reportOf = (folder: string) => join(folder, "dist-test/report.json");
const failuresOf = (folder: string) => join(folder, "dist-test/failures.txt");

for (const folder of packages)
  for (const file of [reportOf(folder), failuresOf(folder)]) rmSync(file, { force: true });
const turbo = spawnSync("turbo", ["run", "test", "--concurrency=2", "--continue", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});

const sum = { passed: 0, failed: 0, skipped: 0 };
const isWhole = process.argv.length === 2;
for (const folder of packages) {
  if (existsSync(reportOf(folder))) add(reportOf(folder));
  else if (isWhole) {
    console.error(`${folder.slice(root.length + 1)}: no test report; its run ended before its first test`);
    sum.failed++;
  }
  if (existsSync(failuresOf(folder)))
    console.error(
      `\nFailed in ${folder.slice(root.length + 1)}:\n${readFileSync(failuresOf(folder), "utf8")}`,
    );
}
const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : "";
console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
process.exitCode = turbo.status === 0 && sum.failed === 0 ? 0 : 1;

/** The counts as Vitest's JSON reporter writes them (vitest.dev/guide/reporters#json-reporter). */
function add(report: string): void {
  const counts: Record<string, unknown> = JSON.parse(readFileSync(report, "utf8"));
  sum.passed += Number(counts.numPassedTests);
  sum.failed += Number(counts.numFailedTests) || (counts.success === true ? 0 : 1);
  sum.skipped += Number(counts.numPendingTests) + Number(counts.numTodoTests);
}
