import { describe, expect, test } from "vitest";
import { judge } from "../src/analyze-source.ts";

const seen = (name: string, confidence: number) => ({ name, confidence, parents: [] });
const RULES = [
  { label: "Weapons", minConfidence: 80, action: "flag" as const },
  { label: "Violence", minConfidence: 90, action: "quarantine" as const },
  { label: "Cat", minConfidence: 50, action: "allow" as const },
];

describe("the rules", () => {
  test("allow what none of them names", () => {
    expect(judge([seen("Dog", 100)], RULES)).toEqual({ verdict: "allow", rules: [] });
  });

  test("apply from their least confidence on", () => {
    expect(judge([seen("Weapons", 79.99)], RULES).verdict).toBe("allow");
    expect(judge([seen("Weapons", 80)], RULES).verdict).toBe("flag");
  });

  test.each([
    [["Weapons", "Violence"], "quarantine"],
    [["Violence", "Weapons", "Cat"], "quarantine"],
    [["Cat", "Weapons"], "flag"],
    [["Cat"], "allow"],
  ])("give the strongest action in any order of the labels: %j is %s", (names, verdict) => {
    expect(
      judge(
        names.map((name) => seen(name, 95)),
        RULES,
      ).verdict,
    ).toBe(verdict);
  });

  test("keep the highest confidence of a label that was found twice", () => {
    const { rules } = judge([seen("Violence", 91), seen("Violence", 99)], RULES);
    expect(rules).toEqual([{ label: "Violence", minConfidence: 90, action: "quarantine", confidence: 99 }]);
  });

  test("know a label by exactly its name", () => {
    expect(judge([seen("violence", 100), seen("Graphic Violence", 100)], RULES).verdict).toBe("allow");
  });
});
