import { describe, expect, test } from "vitest";
import { type Command, runCommand, terminalOn, UserFault } from "../src/index.ts";
import { fakeStreams } from "./fake-terminal.ts";

const OPTIONS = { loud: { type: "boolean" }, name: { type: "string" } } as const;

async function run(argv: string[], more: Partial<Command<typeof OPTIONS>> = {}) {
  const streams = fakeStreams({ isTTY: false });
  const command = { name: "greet", help: "Greets.", options: OPTIONS, run: async () => 0, ...more };
  const session = {
    terminal: terminalOn(streams),
    signal: new AbortController().signal,
    variables: {},
  };
  const code = await runCommand(command, argv, session);
  return { code, ...streams.written };
}

describe("a command", () => {
  test("prints its help on stdout, whatever else is asked", async () => {
    expect(await run(["--name", "--help"])).toEqual({ code: 0, out: "Greets.\n", error: "" });
  });

  test("hands its options on, and ends with what the run says", async () => {
    const ended = await run(["--name=x"], { run: async ({ name }) => (name === "x" ? 7 : 0) });
    expect(ended).toEqual({ code: 7, out: "", error: "" });
  });

  test("names an option that there is not, and ends with 2", async () => {
    const error = "greet: Unknown option '--shout' (see npx pnpm@12 greet --help)\n";
    expect(await run(["--shout"])).toEqual({ code: 2, out: "", error });
  });

  test("refuses words beside the options", async () => {
    const { code, error } = await run(["hello"]);
    expect({ code, lines: error.split("\n").length }).toEqual({ code: 2, lines: 2 });
  });

  test("takes words beside the options where it asks for them", async () => {
    const ended = await run(["hello"], {
      takesPositionals: true,
      run: async (_values, { positionals }) => (positionals[0] === "hello" ? 0 : 1),
    });
    expect(ended.code).toBe(0);
  });

  test.each([
    [new UserFault("the door is shut"), undefined, 1, "greet: the door is shut\n"],
    [new UserFault("not so", 2), undefined, 2, "greet: not so\n"],
    [new UserFault("the door is shut"), 2, 2, "greet: the door is shut\n"],
    [new Error("several\n  lines"), undefined, 1, "greet: several lines\n"],
  ])(
    "says what went wrong in one line, without a stack: %s",
    async (thrown, failureExitCode, code, error) => {
      const fail = async () => {
        throw thrown;
      };
      expect(await run([], { run: fail, ...(failureExitCode && { failureExitCode }) })).toEqual({
        code,
        out: "",
        error,
      });
    },
  );
});
