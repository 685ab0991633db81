import { Option } from "@commander-js/extra-typings";
import { ENDPOINT, ENVIRONMENT } from "../connection/target.ts";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";
import { unknownWord } from "../program/did-you-mean.ts";

const DRY_RUN = new Option("--dry-run", "report the changes, and make none");
const SWITCHED = "0 done, 1 failed, 2 wrong usage, 130 interrupted (Ctrl-C)";

/** `npx pipeline budget` */
export function budgetCommand(context: ProgramContext) {
  const budget = newCommand("budget", context, {
    summary: "show, stop or resume the processing of uploads",
    description: `Shows if the functions read their queues. A budget with "stop" in pipeline.config.ts turns this off when
it is used up: uploads then wait in the queues, for up to 7 days. Without a subcommand it shows the state.`,
    examples: [
      ["npx pipeline budget --environment prod", "which queues are read, and how many messages wait"],
      ["npx pipeline budget resume --environment prod", "process what waits, after its cause is gone"],
    ],
  });
  for (const subcommand of [status, stop, resume])
    budget.addCommand(subcommand(context), { isDefault: subcommand === status });
  return budget;
}

function status(context: ProgramContext) {
  const command = newCommand("status", context, {
    summary: "show which queues are read (default)",
    examples: [["npx pipeline budget status --environment prod", ""]],
    exitCodes: "0 every queue is read, 1 one is not or it failed, 2 wrong usage, 130 interrupted (Ctrl-C)",
  })
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .addOption(JSON_OUTPUT)
    .allowExcessArguments();
  return command.action(
    ending(context, async (options) => {
      const [word] = command.args;
      if (word !== undefined) throw unknownWord("budget", word, ["status", "stop", "resume"]);
      const { budgetStatus } = await import("../budget/budget.ts");
      return budgetStatus(options, context);
    }),
  );
}

function resume(context: ProgramContext) {
  return switchCommand("resume", context, {
    summary: "read the queues again",
    examples: [
      ["npx pipeline budget resume --dry-run --environment prod", "what it would change"],
      ["npx pipeline budget resume --environment prod", ""],
    ],
  });
}

function stop(context: ProgramContext) {
  return switchCommand("stop", context, {
    summary: "stop reading the queues: uploads wait",
    examples: [["npx pipeline budget stop --environment prod", "during a flood of uploads"]],
  });
}

function switchCommand(
  name: "resume" | "stop",
  context: ProgramContext,
  texts: Pick<Parameters<typeof newCommand>[2], "summary" | "examples">,
) {
  return newCommand(name, context, { ...texts, exitCodes: SWITCHED })
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .addOption(DRY_RUN)
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (options) => {
        const { switchMappings } = await import("../budget/budget.ts");
        return switchMappings(name === "resume", options, context);
      }),
    );
}
