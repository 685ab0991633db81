import { toManifestKey } from "@image-pipeline/schema/keys";
import { aSource, MemoryWorld, UPLOADS } from "@image-pipeline/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auditFrom } from "../src/audit-images.ts";
import type { Audit } from "../src/audit-rules.ts";

/** Keys that begin with one another, with the characters on both sides of the dot. */
const KEY = fc.string({
  unit: fc.constantFrom("a", "b", "-", ".", "/", "j", "é", "𝒳", "\uffff"),
  minLength: 1,
  maxLength: 6,
});

/** A whole pass, in runs of so many reports each. @returns what each report found */
async function inRunsOf(size: number, audit: Audit) {
  const findings: string[] = [];
  let states = 0;
  let after: string | null = null;
  for (let runs = 0; ; runs++) {
    if (runs > 100) throw new Error(`it comes to no end, and is at ${after}`);
    let reports = 0;
    for await (const { report, resumeAfter } of auditFrom(audit, after)) {
      findings.push(...report.findings.map(({ key }) => key));
      if (["processed", "broken", "deleted"].includes(report.state)) states++;
      after = resumeAfter ?? after;
      if (++reports === size) break;
    }
    if (reports < size) return { findings: findings.toSorted(), states };
  }
}

describe("an audit that resumes after another", () => {
  it("looks at each image exactly once, wherever it is cut", () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(KEY, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.constantFrom("whole", "no manifest", "no source", "no renditions")),
        async (keys, size, fates) => {
          const world = new MemoryWorld();
          for (const key of keys) {
            world.add(aSource({ key }));
            const fate = fates.next().value;
            if (fate === "no manifest") {
              world.manifests.delete(toManifestKey(UPLOADS, key));
              world.loseRenditions(key);
            }
            if (fate === "no source") world.sources.delete(key);
            if (fate === "no renditions") world.loseRenditions(key);
          }
          const atOnce = await inRunsOf(Number.POSITIVE_INFINITY, world.audit());
          expect(await inRunsOf(size, world.audit())).toEqual(atOnce);
          expect(atOnce.states).toBe(keys.length);
        },
      ),
      { numRuns: 500 },
    ));

  it("lists nothing again that it has left behind, but what its key begins with", async () => {
    const world = new MemoryWorld();
    for (const key of ["a", "a-b", "a-c", "b"]) world.add(aSource({ key }));
    const seen: (string | null)[] = [];
    for await (const { resumeAfter } of auditFrom(world.audit(), "a-b")) seen.push(resumeAfter);
    expect(seen).toEqual(["a-c", "a", "b"]);
  });

  it("looks for renditions without a manifest from the beginning alone", async () => {
    const world = new MemoryWorld();
    for (const key of ["a", "b"]) world.add(aSource({ key }));
    world.manifests.delete(toManifestKey(UPLOADS, "a"));
    world.sources.delete("a");
    const straysAfter = async (after: string | null) => {
      let strays = 0;
      for await (const { report } of auditFrom(world.audit(), after)) if (report.state === "stray") strays++;
      return strays;
    };
    expect([await straysAfter(null), await straysAfter("a")]).toEqual([1, 0]);
  });
});
