import { ENDPOINT, ENVIRONMENT } from "../connection/target.ts";
import { TYPES } from "../events/types.ts";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";

/** `npx pipeline events` */
export function eventsCommand(context: ProgramContext) {
  return newCommand("events", context, {
    summary: "follow the result events live",
    description:
      "Follows the result events live, through a temporary queue that is removed when you press Ctrl-C.",
    examples: [
      ["npx pipeline events", "every result of the local runtime, one line each"],
      ["npx pipeline events --type image.rejected --json --environment prod", "as JSON, one event a line"],
    ],
    exitCodes: "0 ended by Ctrl-C, 1 failed, 2 wrong usage",
  })
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .option("--type <types...>", `only these types: ${TYPES.join(", ")}`)
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (options) => {
        const { events } = await import("../events/events.ts");
        return events(options, context);
      }),
    );
}
