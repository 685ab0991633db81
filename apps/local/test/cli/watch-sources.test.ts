import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { watchSources } from "../../src/cli/watch-sources.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const CONFIG = "pipeline.config.ts";
const HANDLER = "apps/worker/src/handler.ts";

const DONE = { step: () => "", done: Promise.resolve(), kill: () => {}, stop: async () => {} };

/** A watched repository; `outcomes` are the results of one reload after the other. */
async function watched(outcomes: (string[] | Error)[], synthFault?: Error) {
  const root = temporaryFolder();
  for (const folder of ["apps/worker/src", "apps/worker/dist", "packages", "logos"])
    mkdirSync(join(root, folder), { recursive: true });
  const calls: string[] = [];
  let arrived: (line: string) => void = () => {};
  const write = (lines: string | readonly string[]) =>
    arrived(
      [lines]
        .flat()
        .join("\n")
        .replace(/ in [\d.]+ s/, " in N s"),
    );
  const save = (name: string) => writeFileSync(join(root, name), `${calls.length}`);
  save(CONFIG);
  await watchSources({
    root,
    folder: "/run",
    options: { environment: "prod" },
    async reloadCode(files) {
      calls.push(`bundle ${[...files].map((path) => relative(root, path)).sort()}`);
      const outcome = outcomes.shift() ?? [];
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    replaceStacks: async (folder) => void calls.push(`run ${folder}`),
    synth(folder, environment) {
      calls.push(`synth ${folder} ${environment}`);
      return synthFault ? { ...DONE, done: Promise.reject(synthFault) } : DONE;
    },
    build(folder, environment) {
      calls.push(`build ${folder} ${environment}`);
      return DONE;
    },
    terminal: { note: write, complain: write, status: () => {} },
    exits: { onEnd: (end) => onTestFinished(end) },
  });
  return {
    root,
    calls,
    save,
    /** Saves files and resolves with the line that is printed about them. */
    lineAfter(...names: string[]): Promise<string> {
      const { promise, resolve } = Promise.withResolvers<string>();
      arrived = resolve;
      for (const name of names) save(name);
      return promise;
    },
  };
}

it("reloads the functions of a changed source, and prints one line", async () => {
  const { lineAfter, calls } = await watched([["worker", "backfill"]]);
  expect(await lineAfter(HANDLER)).toBe(`reloaded   worker, backfill in N s: ${HANDLER} changed`);
  expect(calls).toEqual([`bundle ${HANDLER}`]);
});

it("synthesises and runs the stacks again when pipeline.config.ts changes", async () => {
  const { lineAfter, calls } = await watched([[]]);
  expect(await lineAfter(CONFIG)).toBe(`reloaded   the stacks in N s: ${CONFIG} changed`);
  expect(calls.sort()).toEqual([`bundle ${CONFIG}`, "run /run/stacks-1/stacks", "synth /run/stacks-1 prod"]);
});

it("builds the zips when a logo is another one than theirs", async () => {
  const stale = new Error(
    'lambda.zip has another logos/logo.png than the config: build it again with "npm run build"',
  );
  const { lineAfter, calls } = await watched([[]], stale);
  expect(await lineAfter("logos/logo.png")).toBe("reloaded   the stacks in N s: logos/logo.png changed");
  const steps = calls.filter((call) => !call.startsWith("bundle"));
  expect(steps).toEqual(["synth /run/stacks-1 prod", "build /run/stacks-1 prod", "run /run/stacks-1/stacks"]);
});

it("builds nothing when the config has a fault", async () => {
  const fault = new Error("pipeline.config.ts: presets is missing");
  const { lineAfter, calls } = await watched([[]], fault);
  expect(await lineAfter(CONFIG)).toMatch(/^not reloaded.*\n.*presets is missing/);
  expect(calls.filter((call) => call.startsWith("build"))).toEqual([]);
});

it("prints the error of a change that cannot be built, and builds it again with the next change", async () => {
  const { lineAfter, calls, root } = await watched([new Error("x"), ["worker"]]);
  const failed = new Error(`${root}/${HANDLER}:1:2: Unexpected ";"`);
  const other = await watched([failed, ["worker"]]);
  expect(await other.lineAfter(HANDLER)).toMatch(
    new RegExp(`^not reloaded, the code from before is still running: ${HANDLER}\n.*Unexpected`),
  );
  await lineAfter(HANDLER);
  expect(await lineAfter("packages/other.ts")).toMatch(/^reloaded {3}worker/);
  expect(calls).toEqual([`bundle ${HANDLER}`, `bundle ${HANDLER},packages/other.ts`]);
});

it("ignores build outputs and tests", async () => {
  const { lineAfter, calls, save } = await watched([["worker"]]);
  save("apps/worker/dist/lambda.zip");
  await lineAfter(HANDLER);
  expect(calls).toEqual([`bundle ${HANDLER}`]);
});
