import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { describe, expect, it } from "vitest";
import type { Build } from "../../src/cli/build-and-synth.ts";
import { currentStacks } from "../../src/cli/current-stacks.ts";
import { sourceFingerprint } from "../../src/cli/source-fingerprint.ts";
import { temporaryFolder } from "../temporary-folder.ts";

function stacksOf(fingerprints: string[], cache = join(temporaryFolder(), "cache")) {
  const built: string[] = [];
  const spareFolder = join(temporaryFolder(), "spare");
  const build = (folder: string, environment?: string): Build => {
    built.push(`${environment ?? "first"}`);
    mkdirSync(join(folder, "stacks"), { recursive: true });
    return { step: () => "", done: Promise.resolve(), kill: () => {}, stop: async () => {} };
  };
  const run = (failing?: Error) =>
    currentStacks({
      environment: undefined,
      without: [],
      spareFolder,
      onBuild: () => {},
      cache,
      fingerprint: () => fingerprints.shift() ?? "",
      build: failing ? () => ({ ...build(""), done: Promise.reject(failing) }) : build,
    });
  return { run, built, cache, spareFolder };
}

describe("currentStacks", () => {
  it("builds once for the same sources, and again when they change", async () => {
    const { run, built, cache } = stacksOf(["a", "a", "b", "a"]);
    expect(await run()).toBe(join(cache, "a/stacks"));
    expect([await run(), await run(), await run()]).toEqual([
      join(cache, "a/stacks"),
      join(cache, "b/stacks"),
      join(cache, "a/stacks"),
    ]);
    expect(built).toHaveLength(2);
  });

  it("keeps the result of no failed build", async () => {
    const { run, built } = stacksOf(["a", "a"]);
    await expect(run(new UserFault("no"))).rejects.toThrow("no");
    await run();
    expect(built).toHaveLength(1 + 1);
  });

  it("keeps the stacks that were used last, and those that another run may be reading", async () => {
    const { run, cache } = stacksOf(["a", "b", "c", "d", "e", "f"]);
    for (const name of ["a", "b"]) {
      await run();
      utimesSync(join(cache, name), new Date(0), new Date(0));
    }
    for (let more = 0; more < 4; more++) await run();
    expect(readdirSync(cache).sort()).toEqual(["c", "d", "e", "f"]);
  });

  it("builds elsewhere when the cache cannot be written", async () => {
    const { run, spareFolder } = stacksOf(["a"], "/dev/null/cache");
    expect(await run()).toBe(join(spareFolder, "stacks"));
    expect(existsSync(join(spareFolder, "stacks"))).toBe(true);
  });
});

describe("sourceFingerprint", () => {
  function repository() {
    const root = temporaryFolder();
    for (const folder of ["apps/worker/src", "apps/worker/test", "node_modules/x", "OUT"])
      mkdirSync(join(root, folder), { recursive: true });
    const write = (name: string, text: string) => writeFileSync(join(root, name), text);
    write("apps/worker/src/a.ts", "1");
    const of = (environment?: string, variables = {}) =>
      sourceFingerprint({ root, environment, without: [join(root, "OUT")], variables });
    return { root, write, of };
  }

  it("is the same while nothing changes, and no other for files that nothing is built from", () => {
    const { write, of } = repository();
    const first = of();
    write("apps/worker/test/a.test.ts", "1");
    write("node_modules/x/index.js", "1");
    write("OUT/manifest.json", "1");
    expect(of()).toBe(first);
  });

  it("changes with a file of the same size and modification time", () => {
    const { root, write, of } = repository();
    const time = new Date(1000);
    utimesSync(join(root, "apps/worker/src/a.ts"), time, time);
    const first = of();
    write("apps/worker/src/a.ts", "2");
    utimesSync(join(root, "apps/worker/src/a.ts"), time, time);
    expect(of()).not.toBe(first);
  });

  it("changes with a new file, the environment and the variables of the pipeline", () => {
    const { write, of } = repository();
    const seen = new Set([of(), of("prod"), of(undefined, { PIPELINE_STATE_BUCKET: "x" })]);
    write("apps/worker/src/b.ts", "");
    seen.add(of());
    expect(seen.size).toBe(4);
    expect(of(undefined, { EDITOR: "vi" })).toBe(of());
  });
});
