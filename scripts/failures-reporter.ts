import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { TestError } from "vitest";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** Enough for the end of a command's output, which its error carries (apps/infra/test/deploy/run-command.ts). */
const MESSAGE_LINES = 45;

/**
 * Writes every failure with its cause, also those of hooks and unhandled errors, which the JSON report leaves out. No file means
 * no failure.
 *
 * `scripts/test.ts` prints the file after all tests, for a reader who sees only the end of a CI log.
 */
export class FailuresReporter implements Reporter {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const failures = [
      ...modules.flatMap(failuresOf),
      ...unhandled.map((error) => toText("outside of any test", error)),
    ];
    rmSync(this.path, { force: true });
    if (failures.length === 0) return;
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(this.path, `${failures.join("\n")}\n`);
  }
}

function failuresOf(module: TestModule): string[] {
  const suites = [...module.children.allSuites()];
  const tests = [...module.children.allTests("failed")];
  return [
    ...module.errors().map((error) => toText(module.relativeModuleId, error)),
    ...suites.flatMap((suite) => suite.errors().map((error) => toText(nameOf(module, suite), error))),
    ...tests.flatMap((test) =>
      (test.result().errors ?? []).map((error) => toText(nameOf(module, test), error)),
    ),
  ];
}

function nameOf(module: TestModule, { fullName }: { fullName: string }): string {
  return `${module.relativeModuleId} > ${fullName}`;
}

/** Returns the error with its diff, place and cause, if it has them: the thrown value need not be an error. */
function toText(where: string, error: TestError): string {
  const { name = "Error", message, diff, stacks, cause } = error;
  const [frame] = stacks ?? [];
  const parts = [
    `${name}: ${message}`,
    diff,
    frame && `at ${relative(process.cwd(), frame.file)}:${frame.line}`,
    cause && `${cause.name}: ${cause.message}`,
  ];
  const lines = stripVTControlCharacters(parts.filter(Boolean).join("\n")).split("\n");
  const more = lines.length - MESSAGE_LINES;
  const shown = more > 0 ? [...lines.slice(0, MESSAGE_LINES), `… ${more} lines more`] : lines;
  return [where, ...shown.map((line) => `    ${line}`)].join("\n");
}
