/**
 * Runs every mutant's test, and all those tests without a mutation, in one Vitest: a mutant is a project whose plugin changes
 * one line. Prints the number of passed and failed tests of each project as JSON.
 */
import type { Plugin } from "vitest/config";
import { createVitest, type TestModule } from "vitest/node";
import { MUTATIONS, type Mutation } from "./mutations.ts";
import { findSites, mutate, REPOSITORY } from "./sites.ts";

const ORIGINAL = "original";
/** A mutant that hangs has failed; the original may be slow on a busy machine. */
const MUTANT_MILLISECONDS = 600_000;
const sites = findSites();

/** Changes the marked line of a module, and keeps that module out of the cache of transformed modules. */
function toPlugin({ site, change }: Mutation): Plugin {
  const isMutated = (id: string) => id === sites.get(site);
  return {
    name: "mutant",
    enforce: "pre",
    configureVitest: ({ defineCacheKeyGenerator }) =>
      defineCacheKeyGenerator(({ id }) => (isMutated(id) ? false : undefined)),
    transform: (code, id) => (isMutated(id) ? mutate(code, site, change) : undefined),
  };
}

function toProject(name: string, tests: string[], mutation?: Mutation) {
  return {
    plugins: mutation ? [toPlugin(mutation)] : [],
    root: REPOSITORY,
    test: {
      name,
      include: tests,
      pool: "threads" as const,
      testTimeout: mutation ? MUTANT_MILLISECONDS : 6 * MUTANT_MILLISECONDS,
      env: { FC_RUNS: "1000", FC_SEED: "1", FC_SHRINK: "no" },
    },
  };
}

const originals = [...new Set(MUTATIONS.map(({ test }) => test))];
const projects = [
  toProject(ORIGINAL, originals),
  ...MUTATIONS.map((mutation) => toProject(mutation.name, [mutation.test], mutation)),
];
const vitest = await createVitest(
  { config: false, root: REPOSITORY, watch: false, reporters: [{}] },
  { test: { projects } },
);
const { testModules } = await vitest.start();
const verdicts = projects.map(({ test: { name } }) => ({ name, ...count(testModules, name) }));
await vitest.close();
process.stdout.write(`${JSON.stringify(verdicts)}\n`, () => process.exit(0));

function count(modules: readonly TestModule[], project: string) {
  const tests = modules
    .filter((module) => module.project.name === project)
    .flatMap((module) => [...module.children.allTests()]);
  const withState = (state: string) => tests.filter((test) => test.result().state === state).length;
  return { passed: withState("passed"), failed: withState("failed") };
}
