import { Argument, Option } from "@commander-js/extra-typings";
import { ENDPOINT, ENVIRONMENT } from "../connection/target.ts";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";
import { unknownWord } from "../program/did-you-mean.ts";
import { numberOf } from "../program/to-number.ts";

const REASON = new Option(
  "--reason <reason>",
  "only messages that failed for this reason, such as STORE_DENIED",
);
const DRY_RUN = new Option("--dry-run", "report the messages, and do nothing");
const LIMIT = new Option("--limit <n>", "at most this many messages").argParser(
  numberOf("--limit", { least: 1, whole: true }),
);
const RATE = new Option("--rate <n>", "maximum messages per second")
  .argParser(numberOf("--rate", { least: 0.1, most: 1000 }))
  .default(20);
const MESSAGE = "the id of a message, its first characters, or an object's key";

/** `npx pipeline dlq` */
export function dlqCommand(context: ProgramContext) {
  const dlq = newCommand("dlq", context, {
    summary: "show, redrive or drop messages that could not be processed",
    description:
      "Shows the messages in the dead-letter queues and why they failed, sends them back, or removes them.\nWithout a subcommand it lists them.",
    examples: [
      ["npx pipeline dlq", "every message of the local runtime, by queue and reason"],
      ["npx pipeline dlq show photos/a.jpg", "one message with its last error"],
      ["npx pipeline dlq redrive --reason STORE_DENIED --environment prod", ""],
    ],
  });
  for (const subcommand of [list, show, redrive, drop])
    dlq.addCommand(subcommand(context), { isDefault: subcommand === list });
  return dlq;
}

function list(context: ProgramContext) {
  const command = newCommand("list", context, {
    summary: "list the messages in each dead-letter queue (default)",
    examples: [["npx pipeline dlq list --environment prod", "failed messages in prod"]],
  })
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .addOption(REASON)
    .addOption(JSON_OUTPUT)
    .allowExcessArguments();
  return command.action(
    ending(context, async (options) => {
      const [word] = command.args;
      if (word !== undefined) throw unknownWord("dlq", word, ["list", "show", "redrive", "drop"]);
      const { listDeadLetters } = await import("../dlq/list.ts");
      return listDeadLetters(options, context);
    }),
  );
}

function show(context: ProgramContext) {
  return newCommand("show", context, {
    summary: "show one message with its last error",
    examples: [
      ["npx pipeline dlq show 18a6", "by the start of its id"],
      ["npx pipeline dlq show photos/a.jpg", "by its object's key"],
    ],
  })
    .addArgument(new Argument("<message>", MESSAGE))
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (message, options) => {
        const { showDeadLetter } = await import("../dlq/show.ts");
        return showDeadLetter(message, options, context);
      }),
    );
}

function redrive(context: ProgramContext) {
  return newCommand("redrive", context, {
    summary: "send messages back to their queue, and events back to their function",
    description:
      "Sends messages back to their queue, and events back to their function.\nA message is sent before it is removed from the dead-letter queue: Ctrl-C loses none.",
    examples: [
      ["npx pipeline dlq redrive", "everything, 20 messages a second"],
      ["npx pipeline dlq redrive photos/a.jpg", "the messages of one image"],
      ["npx pipeline dlq redrive --reason STORE_DENIED --dry-run", "the messages that would be sent back"],
    ],
  })
    .addArgument(new Argument("[message]", MESSAGE))
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .addOption(REASON)
    .addOption(LIMIT)
    .addOption(RATE)
    .addOption(DRY_RUN)
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (message, options) => {
        const { redriveDeadLetters } = await import("../dlq/redrive-command.ts");
        return redriveDeadLetters(message, options, context);
      }),
    );
}

function drop(context: ProgramContext) {
  return newCommand("drop", context, {
    summary: "remove messages that are not needed any more",
    description: "Removes messages that are not needed any more. Asks first, unless --yes is given.",
    examples: [
      ["npx pipeline dlq drop 18a6", "one message, after a question"],
      ["npx pipeline dlq drop --reason UNKNOWN --yes", "without a question, for scripts"],
    ],
    exitCodes: "0 done, 1 failed or answered with no, 2 wrong usage, 130 interrupted (Ctrl-C)",
  })
    .addArgument(new Argument("[message]", MESSAGE))
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .addOption(REASON)
    .option("--yes", "remove them without a question")
    .addOption(DRY_RUN)
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (message, options) => {
        const { dropDeadLetters } = await import("../dlq/drop.ts");
        return dropDeadLetters(message, options, context);
      }),
    );
}
