import { defineConfig } from "vitest/config";

/** One config for every package: each writes its counts where `scripts/test.ts` adds them up. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", ["json", { outputFile: "dist-test/report.json" }]],
    testTimeout: 30_000,
  },
});
