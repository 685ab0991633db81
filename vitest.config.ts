import { availableParallelism } from "node:os";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";
import { FailuresReporter } from "./scripts/failures-reporter.ts";

/** Files with this suffix build, render much, mutate or deploy; the others are unit tests. */
const SUFFIXES = ["slow", "e2e"] as const;
const OUTPUT = ["**/node_modules/**", "**/dist/**", "**/cdktf.out/**", "**/.cache/**"];

/**
 * Last resort against a test that hangs: deadlines are on lack of progress (`@image-pipeline/testing/progress`), and no test
 * is ended because a busy machine makes it slow.
 */
const HOUR = { testTimeout: 3_600_000, hookTimeout: 3_600_000 };
const TEN_MINUTES = { testTimeout: 600_000, hookTimeout: 600_000 };

/** One test file renders or waits for a process while the other computes; Vitest's default on two cores is one. */
const WORKERS = Math.max(2, availableParallelism() - 1);

/** The projects run one after another: unit tests tell first, and what needs the whole machine runs last. */
const projects: TestProjectConfiguration[] = [
  {
    extends: true,
    test: {
      name: "unit",
      include: ["**/test/**/*.test.ts"],
      exclude: [...OUTPUT, ...SUFFIXES.map((suffix) => `**/*.${suffix}.test.ts`)],
      // The files share a process and its modules: loading zod, the SDK and CDKTF for each file took most of the time.
      isolate: false,
      ...TEN_MINUTES,
      sequence: { groupOrder: 0 },
    },
  },
  ...SUFFIXES.map((suffix, index) => ({
    extends: true as const,
    test: {
      name: suffix,
      include: [`**/test/**/*.${suffix}.test.ts`],
      exclude: OUTPUT,
      // They wait for servers, browsers and Terraform for half of their time.
      ...(suffix === "e2e" && { maxWorkers: WORKERS + 1 }),
      ...HOUR,
      sequence: { groupOrder: index + 1 },
    },
  })),
];

/** One config for a package's tests, from its folder, and for all of them, from the root: see `scripts/test.ts`. */
export default defineConfig({
  root: process.cwd(),
  test: {
    projects,
    maxWorkers: WORKERS,
    reporters: [
      "default",
      ["json", { outputFile: "dist-test/report.json" }],
      new FailuresReporter("dist-test/failures.txt"),
    ],
  },
});
