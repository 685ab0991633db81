/**
 * Builds the functions' zips, runs the tests of all packages in one Vitest, prints again what failed and why, then the
 * counts: the last line is `N passed, N failed[, N skipped]`.
 *
 * `npm test -- worker infra` runs the tests of two packages; other arguments go to Vitest: `npm test -- worker --project unit`.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const report = join(root, "dist-test/report.json");
const failures = join(root, "dist-test/failures.txt");

for (const file of [report, failures]) rmSync(file, { force: true });
const built = await run(
  "turbo",
  ["run", "build", "--output-logs=errors-only", "--log-order=grouped"],
  "pipe",
);
const ended =
  built === 0 ? await run("vitest", ["run", ...process.argv.slice(2).map(toFilter)], "inherit") : built;

if (existsSync(failures)) console.error(`\nFailed:\n${readFileSync(failures, "utf8")}`);
const { passed, failed, skipped } = counts();
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = ended === 0 && failed === 0 ? 0 : 1;

/** A package's name, with or without its scope, becomes its folder. */
function toFilter(argument: string): string {
  const name = argument.replace(/^@image-pipeline\//, "");
  const folder = ["apps", "packages"].find((parent) => existsSync(join(root, parent, name, "package.json")));
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

/** Runs a tool of `node_modules` and passes signals on to it; "pipe" shows what it printed only if it fails. */
async function run(tool: string, args: string[], output: "pipe" | "inherit"): Promise<number> {
  const child = spawn(join(root, "node_modules/.bin", tool), args, {
    cwd: root,
    env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}` },
    stdio: ["inherit", output, output],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  // A terminal sends Ctrl-C to the tool as well; everything else reaches this process alone.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  const code = await new Promise<number>((resolve) => {
    child.on("error", (error) => {
      printed += `${error.message}\n`;
      resolve(1);
    });
    child.on("close", (exitCode) => resolve(exitCode ?? 1));
  });
  if (code !== 0) process.stderr.write(printed);
  return code;
}
