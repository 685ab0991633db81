import { Argument, Option } from "@commander-js/extra-typings";
import type { Inspect } from "@image-pipeline/local";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { ending, newCommand, type ProgramContext } from "../program/command.ts";
import { numberOf } from "../program/to-number.ts";

/** The port that debuggers try first. */
const DEBUGGER_PORT = 9229;

const PATHS = new Argument(
  "[paths...]",
  "files and folders to upload, in place of the sample photographs; the key is the file's name, or its path in the folder",
);
const PORT = new Option(
  "--port <n>",
  "port of the S3 endpoint (default: 4566, or a free one if that is in use)",
);
const ENVIRONMENT = new Option(
  "--environment <name>",
  "run the settings of this environment (default: $PIPELINE_ENVIRONMENT, or the first in pipeline.config.ts)",
);
const REKOGNITION = new Option(
  "--rekognition <kind>",
  "simulated is free and recognises only colours; aws is Amazon Rekognition, with your credentials and on your bill",
)
  .choices(["simulated", "aws"] as const)
  .default("simulated" as const);
const INSPECT = new Option(
  "--inspect <function>",
  `run this function, such as worker, for a debugger; NAME:PORT chooses the port (default: ${DEBUGGER_PORT})`,
).argParser((text, chosen: readonly Inspect[] | undefined) => [...(chosen ?? []), toInspect(text)]);

/** `npx pipeline start`, which `npm start` runs too. */
export function startCommand(context: ProgramContext) {
  return newCommand("start", context, {
    summary: "run the pipeline on this machine and upload images to it",
    description:
      "Runs the pipeline on this machine, from the stacks that would be deployed, and uploads images to it.",
    examples: [
      ["npm start", "upload the sample photographs, then keep running"],
      ["npm start -- photo.jpg --out out --exit", "render one file, copy the results, and stop"],
      ["npm start -- --no-samples --data-dir data", "upload nothing, and keep the state for the next time"],
      ["npm start -- --watch --inspect worker", "reload changed code, and debug the worker"],
    ],
    exitCodes: `0 every image was processed or rejected with a reason, 1 an image failed or a file could not be read,
2 wrong usage, 130 interrupted (Ctrl-C)`,
  })
    .addArgument(PATHS)
    .option("--no-samples", "upload nothing")
    .option(
      "--out <dir>",
      "copy manifests and renditions to DIR/<key in the processed bucket>",
      toText("--out"),
    )
    .option("--exit", "stop when every upload has ended")
    .option("--json", "write one line of JSON for each image to stdout, everything else to stderr")
    .addOption(PORT.argParser(numberOf("--port", { least: 0, most: 65_535, whole: true })))
    .option(
      "--data-dir <dir>",
      "keep the state and the logs in DIR, and continue from it the next time",
      toText("--data-dir"),
    )
    .addOption(ENVIRONMENT.argParser(toText("--environment")))
    .option("--webhook <url>", "send each result event there as an HTTP POST, with retries", toWebhook)
    .addOption(REKOGNITION)
    .addOption(INSPECT)
    .option("--watch", "rebuild and reload when a source file or pipeline.config.ts changes")
    .action(
      ending(context, async (paths, options) => {
        const { samples, out, port, dataDir, webhook, rekognition } = options;
        const { exit = false, json = false, watch = false } = options;
        const environment = options.environment ?? toDefault(context.variables.PIPELINE_ENVIRONMENT);
        const { inspect = [] } = options;
        const { start } = await import("@image-pipeline/local");
        const flags = { samples, exit, json, watch };
        await start({ paths, ...flags, out, port, dataDir, webhook, rekognition, environment, inspect });
        return 0;
      }),
    );
}

/** `local` names this machine and no environment: the first environment's settings run. */
function toDefault(variable: string | undefined): string | undefined {
  return variable === undefined || variable === "" || variable === "local" ? undefined : variable;
}

/** @param text `worker` or `worker:9230` */
function toInspect(text: string): Inspect {
  const [, functionName, port] = /^([^:]+)(?::(.*))?$/.exec(text) ?? [];
  if (functionName === undefined)
    throw new UserFault(`--inspect must be the name of a function, such as worker, got "${text}"`, USAGE);
  const toPort = numberOf("--inspect NAME:PORT", { least: 0, most: 65_535, whole: true });
  return { functionName, port: port === undefined ? DEBUGGER_PORT : toPort(port) };
}

function toText(option: string): (text: string) => string {
  return (text) => {
    if (text !== "") return text;
    throw new UserFault(`${option} must not be empty`, USAGE);
  };
}

/** @throws {UserFault} when it is not a URL that deliveries can be sent to */
function toWebhook(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol))
    throw new UserFault(`--webhook must be a URL such as http://127.0.0.1:3000/images, got "${text}"`, USAGE);
  if (url.username !== "" || url.password !== "")
    throw new UserFault(
      `--webhook ${url.origin} must not contain a user or a password: deliveries are sent without`,
      USAGE,
    );
  return url.href;
}
