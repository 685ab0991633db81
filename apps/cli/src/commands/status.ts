import { ENDPOINT, ENVIRONMENT } from "../connection/target.ts";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";

/** `npx pipeline status` */
export function statusCommand(context: ProgramContext) {
  return newCommand("status", context, {
    summary: "show how many messages each queue and dead-letter queue holds",
    description: `Shows how many messages each queue holds, how many are being processed (in flight), and the age of
the oldest one, with the same of its dead-letter queue. SQS's numbers on AWS may lag by a minute.`,
    examples: [
      ["npx pipeline status", "the local runtime"],
      ["npx pipeline status --environment prod --json", "one line of JSON per queue"],
    ],
    exitCodes:
      "0 done, 1 a dead-letter queue holds messages or it failed, 2 wrong usage, 130 interrupted (Ctrl-C)",
  })
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (options) => {
        const { status } = await import("../status/status.ts");
        return status(options, context);
      }),
    );
}
