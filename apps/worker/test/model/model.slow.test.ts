import type { ImageEvent } from "@image-pipeline/schema/events";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { type Account, accountsOf, differencesFromPerfect } from "./accounts.ts";
import { type Plan, plan } from "./plan.ts";
import { simulate } from "./simulate.ts";
import type { World } from "./world-state.ts";

/** A failing run prints its seed and path: `FC_SEED=… FC_PATH=… vitest run test/model` repeats it. */
const { FC_SEED, FC_PATH, FC_RUNS = "5000", FC_SHRINK = "yes" } = process.env;
const parameters = {
  numRuns: Number(FC_RUNS),
  endOnFailure: FC_SHRINK === "no",
  ...(FC_SEED !== undefined && { seed: Number(FC_SEED) }),
  ...(FC_PATH !== undefined && { path: FC_PATH }),
};

const ledger = new Map<Account, number>();
let runs = 0;

/** Counts what became of every upload, and sees that none is missing. */
function count(world: World): void {
  for (const account of accountsOf(world)) {
    expect(account).not.toBe("missing");
    ledger.set(account, (ledger.get(account) ?? 0) + 1);
  }
  runs++;
}

/** If nothing bad happened, only events that kill their worker are dead letters. */
function isolates(world: World): void {
  if (world.isDisturbed()) return;
  const innocent = world.deadLetters.filter(({ event }) => !isKiller(world, event));
  expect(innocent.map(({ id }) => id)).toEqual([]);
}

/** Compares the source, since the event of a backfill has another id. */
function isKiller({ happened }: World, { subject, data }: ImageEvent): boolean {
  return happened.some(
    ({ operation, event }) =>
      event.subject === subject &&
      event.data.versionId === data.versionId &&
      eTagOf(event.data) === eTagOf(data) &&
      "upload" in operation &&
      operation.upload.startsWith("killer"),
  );
}

function eTagOf(data: ImageEvent["data"]): string | undefined {
  return "eTag" in data ? data.eTag : undefined;
}

test("converges to the newest version under any duplication, reordering, failure, crash or backfill, and loses nothing", async () => {
  await fc.assert(
    fc.asyncProperty(plan, fc.scheduler(), async (plan: Plan, scheduler) => {
      const world = await simulate(plan, scheduler, (settled) => {
        count(settled);
        isolates(settled);
      });
      expect(world.violations).toEqual([]);
      expect(world.deadLetters).toEqual([]);
      expect(differencesFromPerfect(world)).toEqual([]);
    }),
    parameters,
  );
});

afterAll(() => {
  const uploads = [...ledger.values()].reduce((sum, count) => sum + count, 0);
  const accounts = [...ledger].map(([account, count]) => `${count} ${account}`).join(", ");
  process.stdout.write(`model: ${runs} schedules, ${uploads} uploads = ${accounts}; missing 0\n`);
});
