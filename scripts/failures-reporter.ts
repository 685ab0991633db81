import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** Enough for the end of what a command printed, which its error carries (apps/infra/test/deploy/run-command.ts). */
const MESSAGE_LINES = 45;

/**
 * Writes what failed and why, hooks and unhandled errors too, which the JSON report leaves out. No file means no failure.
 *
 * `scripts/test.ts` prints it after all packages have run, where somebody who sees only the end of a CI log finds it.
 */
export class FailuresReporter implements Reporter {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  onInit(): void {
    rmSync(this.path, { force: true });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const failures = [
      ...modules.flatMap(failuresOf),
      ...unhandled.map((error) => toText("outside of any test", error)),
    ];
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

function toText(where: string, { message, name }: SerializedError): string {
  const lines = stripVTControlCharacters(message).split("\n");
  const rest = lines.length > MESSAGE_LINES ? [`… ${lines.length - MESSAGE_LINES} lines more`] : [];
  return `${where}\n${[`${name ?? "Error"}: ${lines[0]}`, ...lines.slice(1, MESSAGE_LINES), ...rest].map((line) => `    ${line}`).join("\n")}`;
}
