import { ConfigError } from "@image-pipeline/schema/config";
import { describe, expect, test } from "vitest";
import { toFault } from "../../src/program/to-fault.ts";

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

describe("toFault", () => {
  test.each([
    [
      Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" }),
      /^nothing answers \(connect ECONNREFUSED 127\.0\.0\.1:1\): start the local runtime/,
    ],
    [
      Object.assign(new AggregateError([new Error("connect ECONNREFUSED ::1:1")]), { code: "ECONNREFUSED" }),
      /^nothing answers \(connect ECONNREFUSED ::1:1\)/,
    ],
    [
      named("NoSuchBucket", "The bucket does not exist."),
      /^NoSuchBucket: .*exist: the pipeline is not deployed/,
    ],
    [named("AccessDenied", "no"), /^AccessDenied: no: the credentials lack this permission$/],
    [named("Throttling", "slow\ndown"), /^Throttling: slow down$/],
    [new ConfigError("pipeline.config.ts has 1 error:\n  region: must be"), /error:\n {2}region/],
    ["a text", /^a text$/],
  ])("says in one line what to do: %s", (error, message) => {
    expect(toFault(error).message).toMatch(message);
  });
});
