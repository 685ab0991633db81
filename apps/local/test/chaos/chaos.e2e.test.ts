import { randoms } from "@image-pipeline/testing";
import { afterAll, expect, it } from "vitest";
import type { Ending } from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { startChaosPipeline } from "./chaos-pipeline.ts";
import { faultsOf, makeTraffic } from "./traffic.ts";

/** A longer soak: `CHAOS_STEPS=5000`; the same run again: `CHAOS_SEED=…`, as printed. */
const STEPS = Number(process.env.CHAOS_STEPS ?? 150);
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
const KEYS = Math.ceil(STEPS / 4);
/** One process is killed after about so many steps. */
const STEPS_A_KILL = 15;
const SHARES = {
  slowDown: 0.03,
  conflict: 0.25,
  resetBefore: 0.02,
  resetAfter: 0.02,
  duplicate: 0.1,
  latencyMilliseconds: 30,
};

it("leaves the results of an undisturbed run, with every upload accounted for, under faults, duplicates, reordering and kill -9", async () => {
  const random = randoms(SEED);
  const chaos = await startChaosPipeline({
    folder: temporaryFolder(afterAll),
    shares: SHARES,
    random: randoms(SEED + 1),
  });
  let kills = 0;
  const between = () => {
    if (random() < 1 / STEPS_A_KILL && chaos.killOne()) kills++;
  };
  const { expected, uploads } = await makeTraffic(chaos, { steps: STEPS, keys: KEYS, random, between });
  await chaos.settled();
  const fates = Object.groupBy(
    chaos.endings.filter(({ upload }) => upload),
    ({ fate }) => fate,
  );
  const dead = new Set(fates.failed?.map(({ key }) => key));
  const faults: string[] = [];
  for (const key of expected.keys())
    if (!dead.has(key)) faults.push(...(await faultsOf(key, expected, chaos)));
  console.log(toLedgerText({ uploads, fates, faults: chaos.proxy.counts, kills }));
  await chaos.stop();

  expect(faults).toEqual([]);
  expect(fates.lost ?? []).toEqual([]);
  expect(Object.values(fates).flat()).toHaveLength(uploads);
  expect(kills).toBeGreaterThan(0);
  for (const fault of Object.keys(SHARES).filter((name) => name !== "latencyMilliseconds"))
    expect(chaos.proxy.counts[fault], fault).toBeGreaterThan(0);
});

function toLedgerText(run: {
  uploads: number;
  fates: Partial<Record<Ending["fate"], Ending[]>>;
  faults: Record<string, number>;
  kills: number;
}): string {
  const count = (fate: Ending["fate"]) => run.fates[fate]?.length ?? 0;
  const injected = Object.entries(run.faults).map(([name, times]) => `${times} ${name}`);
  return [
    `chaos run, seed ${SEED}: ${run.uploads} uploads`,
    `  = ${count("processed")} processed + ${count("rejected")} rejected + ${count("superseded")} superseded + ${count("deleted")} deleted + ${count("failed")} in a DLQ`,
    `  missing = ${count("lost")}`,
    `  injected: ${injected.join(", ")}; ${run.kills} processes killed`,
  ].join("\n");
}
