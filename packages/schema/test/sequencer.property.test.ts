import fc from "fast-check";
import { expect, test } from "vitest";
import { compareSequencers } from "../src/processing.ts";

const sequencer = fc.stringMatching(/^[0-9A-F]{1,24}$/);

test("pads the shorter on the right: AWS's own pair of unequal length", () => {
  expect(compareSequencers("0055AED6DCD90281E5", "0055AED6DCD90281E6FF")).toBeLessThan(0);
});

test("a longer sequencer is not newer for its length alone, as a numeric compare would have it", () => {
  expect(compareSequencers("0055AED6DD", "0055AED6DCD90281E5")).toBeGreaterThan(0);
});

test("trailing zeros and letter case make no difference", () => {
  fc.assert(
    fc.property(sequencer, (a) => {
      expect(compareSequencers(a, `${a.toLowerCase()}000`)).toBe(0);
    }),
  );
});

test("is a total order", () => {
  fc.assert(
    fc.property(sequencer, sequencer, sequencer, (a, b, c) => {
      expect(Math.sign(compareSequencers(a, b))).toBe(-Math.sign(compareSequencers(b, a)) + 0);
      if (compareSequencers(a, b) <= 0 && compareSequencers(b, c) <= 0)
        expect(compareSequencers(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});
