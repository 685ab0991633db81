import { Option } from "@commander-js/extra-typings";
import { ENDPOINT, ENVIRONMENT } from "../connection/target.ts";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";
import { numberOf } from "../program/to-number.ts";

const PORT = new Option("--port <n>", "where it listens (default: 4600, or any free port if it is taken)");
const PORTS = { least: 0, most: 65_535, whole: true };

/** `npx pipeline console` */
export function consoleCommand(context: ProgramContext) {
  return newCommand("console", context, {
    summary: "show the pipeline in the browser: its queues, its images, and the story of each",
    description: `Serves a page for this machine's browser, and prints its address. On AWS it works with your
own credentials, which never leave this process, and changes nothing without --allow-writes.`,
    examples: [
      ["npx pipeline console", "the local runtime; npm start opens it too"],
      ["npx pipeline console --environment prod", "prod on AWS, read-only"],
      ["npx pipeline console --environment prod --allow-writes", "the same, with changes allowed"],
    ],
  })
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .option("--allow-writes", "allow changes on AWS; each is confirmed, and written to an audit file")
    .addOption(JSON_OUTPUT)
    .addOption(PORT.argParser(numberOf("--port", PORTS)))
    .action(
      ending(context, async (options) => {
        const { serveConsole } = await import("../console/console.ts");
        return serveConsole(options, context);
      }),
    );
}
