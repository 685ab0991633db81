import { describe, expect, test } from "vitest";
import { runTests } from "./mutant.ts";
import { MUTATIONS } from "./mutations.ts";

/** Each runs a test suite of its own on a copy. */
const TIMEOUT_MILLISECONDS = 120_000;

describe.concurrent("broken on purpose, the suite is red", { timeout: TIMEOUT_MILLISECONDS }, () => {
  test.each(MUTATIONS)("$name", async (mutation) => {
    const { isRed, output } = await runTests(mutation);
    expect(isRed, output).toBe(true);
  });
});

test("not broken, the same tests are green", { timeout: TIMEOUT_MILLISECONDS }, async () => {
  for (const folder of ["apps/worker", "apps/ingest", "packages/lambda-kit"]) {
    const tests = MUTATIONS.flatMap((one) => (one.package === folder ? one.tests : []));
    const { isRed, output } = await runTests({ package: folder, tests: [...new Set(tests)] });
    expect(isRed, output).toBe(false);
    expect(output).toMatch(/\d+ passed/);
  }
});
