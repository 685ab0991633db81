import { defineConfig } from "vitest/config";
import { FailuresReporter } from "./scripts/failures-reporter.ts";

/** One config for every package: each writes its counts, and what failed, where `scripts/test.ts` adds them up. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: [
      "default",
      ["json", { outputFile: "dist-test/report.json" }],
      new FailuresReporter("dist-test/failures.txt"),
    ],
    testTimeout: 30_000,
  },
});
