import { compareSequencers } from "@image-pipeline/schema/processing";
import { describe, expect, it } from "vitest";
import { sequencer } from "../../src/s3-proxy/sequencer.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const at = (milliseconds: number) => ({ now: () => milliseconds });

describe("sequencer", () => {
  it("increases within a millisecond and from one to the next", () => {
    let now = 1_700_000_000_000;
    const next = sequencer({ now: () => now }, temporaryFolder());
    const values = [next(), next()];
    now += 1;
    values.push(next());
    expect(values).toEqual([...new Set(values)].sort(compareSequencers));
  });

  it("keeps increasing when the clock is set back", () => {
    let now = 1_700_000_000_000;
    const next = sequencer({ now: () => now }, temporaryFolder());
    const before = next();
    now -= 3_600_000;
    expect(compareSequencers(before, next())).toBeLessThan(0);
  });

  it("keeps increasing in the next run, even if the clock is set back", () => {
    const folder = temporaryFolder();
    const before = sequencer(at(1_700_000_000_000), folder)();
    const after = sequencer(at(1_600_000_000_000), folder)();
    expect(compareSequencers(before, after)).toBeLessThan(0);
  });
});
