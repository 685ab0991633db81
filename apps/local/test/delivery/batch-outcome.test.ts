import { describe, expect, it } from "vitest";
import { toRetry } from "../../src/delivery/batch-outcome.ts";
import { failure, type Outcome } from "../../src/lambda-host/outcome.ts";

const IDS = ["a", "b", "c"];
const answer = (payload: unknown): Outcome => ({ ok: true, payload });
const failures = (...ids: unknown[]) =>
  answer({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
const reporting = (outcome: Outcome) => [...toRetry(IDS, outcome, true)];

describe("the retried messages of a batch", () => {
  it("are all of them when the function failed", () => {
    expect(reporting(failure("Error", "no"))).toEqual(IDS);
    expect([...toRetry(IDS, failure("Error", "no"), false)]).toEqual(IDS);
  });

  it("are none when it answered and does not report failures", () => {
    expect([...toRetry(IDS, failures("a"), false)]).toEqual([]);
  });

  it.each([
    ["null", answer(null)],
    ["an empty object", answer({})],
    ["a null list", answer({ batchItemFailures: null })],
    ["an empty list", failures()],
  ])("are none when it answered %s", (_what, outcome) => {
    expect(reporting(outcome)).toEqual([]);
  });

  it("are those that the answer lists", () => {
    expect(reporting(failures("c", "a"))).toEqual(["c", "a"]);
  });

  it.each([
    ["an empty identifier", failures("")],
    ["a null identifier", failures(null)],
    ["an unknown identifier", failures("a", "z")],
    ["an identifier by another key", answer({ batchItemFailures: [{ itemIdentifer: "a" }] })],
    ["a list that is none", answer({ batchItemFailures: "a" })],
    ["a text", answer("fine")],
  ])("are all of them when it answered with %s", (_what, outcome) => {
    expect(reporting(outcome)).toEqual(IDS);
  });
});
