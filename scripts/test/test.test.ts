import { expect, it } from "vitest";
import { copiedScript } from "./copied-script.ts";

/** A repository whose build succeeds and whose Vitest prints its arguments and writes this report. */
function repository(report: object, { turbo = "exit 0", code = 0, failures = "" } = {}) {
  const writes = [
    'echo "vitest: $@"',
    "mkdir -p dist-test",
    `echo '${JSON.stringify(report)}' > dist-test/report.json`,
    failures && `echo '${failures}' > dist-test/failures.txt`,
    `exit ${code}`,
  ];
  return copiedScript(["test.ts", "run-tool.ts"], {
    "apps/worker/package.json": "{}",
    "node_modules/.bin/turbo": turbo,
    "node_modules/.bin/vitest": writes.filter(Boolean).join("\n"),
  });
}

const report = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, success: true };

it("ends with the counts", async () => {
  const { code, stdout } = await repository(report).run();
  expect([code, stdout]).toEqual([0, "vitest: run\n7 passed, 0 failed\n"]);
});

it("counts skipped tests if there are any", async () => {
  const { stdout } = await repository({ ...report, numPendingTests: 2, numTodoTests: 1 }).run();
  expect(stdout).toMatch(/^7 passed, 0 failed, 3 skipped\n$/m);
});

it("prints the failures again before the counts", async () => {
  const failed = { ...report, numFailedTests: 1, success: false };
  const { code, stdout, stderr } = await repository(failed, {
    code: 1,
    failures: "a.test.ts > is red",
  }).run();
  expect([code, stderr]).toEqual([1, "\nFailed:\na.test.ts > is red\n\n"]);
  expect(stdout.endsWith("7 passed, 1 failed\n")).toBe(true);
});

it("counts an error outside of any test as one failure", async () => {
  const { code, stdout } = await repository({ ...report, success: false }, { code: 1 }).run();
  expect([code, stdout]).toEqual([1, "vitest: run\n7 passed, 1 failed\n"]);
});

it("is red with no tests run when the build fails, and shows the build's output", async () => {
  const { code, stdout, stderr } = await repository(report, { turbo: "echo 'cannot build'; exit 1" }).run();
  expect([code, stdout]).toEqual([1, "0 passed, 1 failed\n"]);
  expect(stderr).toContain("cannot build\n");
});

it("runs the tests of the packages it is given, with or without their scope", async () => {
  const { stdout } = await repository(report).run(["worker", "@image-pipeline/worker", "--project", "unit"]);
  expect(stdout).toContain("vitest: run apps/worker/ apps/worker/ --project unit\n");
});

it("ends Vitest when it is ended", async () => {
  const copy = repository(report);
  copy.write(
    "node_modules/.bin/vitest",
    "sleep 600 &\ntrap 'kill $!; echo stopped; exit 143' TERM\necho ready\nwait",
  );
  const { code, stdout } = await copy.run([], {}, "ready");
  expect([code, stdout]).toEqual([143, expect.stringMatching(/^ready\nstopped\n/)]);
});
