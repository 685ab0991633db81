import { UserFault } from "@image-pipeline/schema/user-fault";
import { describe, expect, test } from "vitest";
import { run } from "../run.ts";

const NAMES = [
  "start",
  "synth",
  "account",
  "plan-review",
  "console",
  "status",
  "explain",
  "dlq",
  "budget",
  "logs",
  "backfill",
  "check",
  "events",
  "render",
  "cost",
  "capacity",
  "bench",
  "toolchain",
];
const SUBCOMMANDS = ["list", "show", "redrive", "drop"];

describe("npx pipeline", () => {
  test("lists every command in one line, and ends with 0", async () => {
    const { code, out, error } = await run([]);
    const from = out.indexOf("Commands:") + 1;
    const listed = out.slice(from, out.indexOf("", from));
    expect({ code, error }).toEqual({ code: 0, error: [] });
    expect(listed.map((line) => line.trim().split(/ +/)[0])).toEqual(NAMES);
  });

  test("suggests a command for a typo, and ends with 2", async () => {
    const error = ["pipeline: unknown command 'chekc': did you mean check? (see npx pipeline --help)"];
    expect(await run(["chekc"])).toMatchObject({ code: 2, out: [], error });
  });

  test("suggests an option for a typo, and ends with 2", async () => {
    const error = [
      "check: unknown option '--repiar': did you mean --repair? (see npx pipeline check --help)",
    ];
    expect(await run(["check", "--repiar"])).toMatchObject({ code: 2, out: [], error });
  });

  test.each([
    ...NAMES.map((name) => [name]),
    ...SUBCOMMANDS.map((name) => ["dlq", name]),
    ...["status", "stop", "resume"].map((name) => ["budget", name]),
  ])("%s %s --help shows usage, examples and exit codes on stdout", async (...words) => {
    const argv = words.filter((word) => word !== undefined);
    const { code, out, error } = await run([...argv, "--help"]);
    const text = out.join("\n");
    expect({ code, error }).toEqual({ code: 0, error: [] });
    expect(text).toMatch(new RegExp(`^Usage: npx pipeline ${argv.join(" ")} `));
    expect(text).toMatch(/^Examples:\n {2}\S/m);
    expect(text).toMatch(/^Exit codes: 0 /m);
    expect(Math.max(...out.map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test("shows the default of an option that has one", async () => {
    const { out } = await run(["check", "--help"]);
    expect(out.join("\n")).toMatch(/--sample <n> .*\n? *.*\(default: 100\)/);
  });

  test.each([
    [new UserFault("the door is shut"), 1, "dlq: the door is shut"],
    [new UserFault("not like this", 2), 2, "dlq: not like this"],
    [new Error("several\n  lines"), 1, "dlq: several lines"],
  ])("reports %s in one line, without a stack", async (thrown, code, line) => {
    const runtimes = () => Promise.reject(thrown);
    expect(await run(["dlq"], { runtimes })).toMatchObject({ code, out: [], error: [line] });
  });
});
