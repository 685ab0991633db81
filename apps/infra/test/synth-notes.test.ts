import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { synthesise } from "../src/synthesise.ts";
import { aDeployment, temporaryFolder } from "./deployments.ts";

const deploying = readFileSync(join(import.meta.dirname, "../../../docs/deploying.md"), "utf8");
const notesOf = (settings: Parameters<typeof aDeployment>[0]) =>
  synthesise(aDeployment(settings), temporaryFolder()).notes;

describe("synth says of an environment", () => {
  it("that it reserves no executions by default", () => {
    expect(notesOf({})).toContain(
      "Reserves no concurrent executions: its functions share the account's (reserveConcurrency).",
    );
  });

  it.each([
    [33, { worker: { maximumConcurrency: 10 } }],
    [73, { worker: { maximumConcurrency: 50 } }],
    [103, { worker: { maximumConcurrency: 50 }, workflow: { enabled: true } }],
    [128, { worker: { maximumConcurrency: 50 }, workflow: { enabled: true }, analysis: { enabled: true } }],
  ])(
    "that it reserves %d executions with reserveConcurrency and %j, as in docs/deploying.md",
    (sum, settings) => {
      expect(notesOf({ ...settings, reserveConcurrency: true })).toContain(
        `Reserves ${sum} concurrent executions: Lambda needs a quota of at least ${sum + 100}, plus what the account reserves elsewhere.`,
      );
      expect(deploying).toMatch(new RegExp(`\\| ${sum} \\| ${sum + 100} \\|`));
    },
  );
});
