import { Argument, Option } from "@commander-js/extra-typings";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { ending, newCommand, type ProgramContext } from "../program/command.ts";
import { numberOf } from "../program/to-number.ts";

const PORT = new Option(
  "--port <n>",
  "where S3, SNS and SQS listen (default: 4566, or any free port if it is taken)",
);
const PORTS = { least: 0, most: 65_535, whole: true };
const DEBUGGER_PORT = 9229;
const INSPECT = new Option(
  "--inspect <name[:port]>",
  `run this function, such as worker, for a debugger; may be repeated (default port: ${DEBUGGER_PORT})`,
);
const REKOGNITION = new Option(
  "--rekognition <kind>",
  "what analyses the images: a simulation that knows colours only, or AWS with your credentials, which costs money",
)
  .choices(["simulated", "aws"] as const)
  .default("simulated" as const);
const EXAMPLE = new Option(
  "--example <name>",
  "run this web application of the folder examples beside the pipeline",
).choices(["gallery"] as const);

/** `npx pipeline start`, which `npm start` runs too. */
export function startCommand(context: ProgramContext) {
  return newCommand("start", context, {
    summary: "run the pipeline on this machine and upload images to it",
    description:
      "Runs the pipeline on this machine, from the stacks that would be deployed, and uploads images to it.",
    examples: [
      ["npm start", "upload the sample photographs, then keep running"],
      ["npm start -- photo.jpg --out out --exit", "render one file, copy the results, and stop"],
      ["npm start -- --example gallery", "open a page that uploads and shows pictures"],
      ["npm start -- --no-samples --watch", "upload nothing, and reload every change of a source file"],
      ["npm start -- --no-samples --inspect worker", "stop the worker at breakpoints (see docs/local.md)"],
      ["npm start -- --no-samples --data-dir data", "upload nothing, and keep the state for the next time"],
    ],
    exitCodes:
      "0 done, 1 something failed or was lost (with --exit), 2 wrong usage, 130 interrupted (Ctrl-C)",
  })
    .addArgument(
      new Argument(
        "[paths...]",
        "files and folders to upload instead of the sample photographs; a file's key is its name, or its path in the folder",
      ),
    )
    .option("--no-samples", "upload nothing, only serve")
    .option("--out <dir>", "copy manifests and renditions there, as DIR/<key in the processed bucket>")
    .option("--exit", "stop once every upload is done: with 0 if all are processed or rejected")
    .option("--json", "one line of JSON for each image on stdout, everything else on stderr")
    .addOption(PORT.argParser(numberOf("--port", PORTS)))
    .option("--data-dir <dir>", "keep the state there, and continue from it the next time")
    .option(
      "--webhook <url>",
      "deliver each result event there by HTTP POST; what fails is sent again",
      toWebhook,
    )
    .addOption(REKOGNITION)
    .option(
      "--environment <name>",
      "run the settings of this environment (default: PIPELINE_ENVIRONMENT, or the first in pipeline.config.ts)",
    )
    .addOption(INSPECT.argParser(addInspect))
    .option("--watch", "rebuild and reload when a source file or pipeline.config.ts changes")
    .addOption(EXAMPLE)
    .action(
      ending(context, async (paths, options) => {
        const { start } = await import("@image-pipeline/local");
        const { exit = false, json = false, watch = false, inspect = [], samples, rekognition } = options;
        if (exit && options.example !== undefined)
          throw new UserFault("--example runs until you stop it with Ctrl-C: leave out --exit", USAGE);
        const { openConsole } = await import("../console/open-console.ts");
        return start({
          // For a person: a program that reads the output has no browser.
          ...(process.stdout.isTTY && { openConsole }),
          paths,
          samples,
          rekognition,
          exit,
          json,
          watch,
          inspect,
          port: options.port,
          example: options.example,
          out: notEmpty("--out", options.out),
          dataDir: notEmpty("--data-dir", options.dataDir),
          webhook: options.webhook,
          environment: notEmpty("--environment", options.environment) ?? defaultEnvironment(process.env),
        });
      }),
    );
}

/** `local` names this machine and no environment: the first environment's settings run. */
function defaultEnvironment({ PIPELINE_ENVIRONMENT: name = "" }: NodeJS.ProcessEnv): string | undefined {
  return name === "" || name === "local" ? undefined : name;
}

/** @throws {UserFault} when the option is given without a value */
function notEmpty(option: string, text: string | undefined): string | undefined {
  if (text === "") throw new UserFault(`${option} must not be empty`, USAGE);
  return text;
}

interface Inspect {
  functionName: string;
  port: number;
}

/** @param text `worker` or `worker:9230` */
function addInspect(text: string, earlier: readonly Inspect[] = []): Inspect[] {
  const [functionName = "", port = String(DEBUGGER_PORT)] = text.split(":");
  if (functionName === "")
    throw new UserFault(`--inspect must be the name of a function, such as worker, got "${text}"`, USAGE);
  return [...earlier, { functionName, port: numberOf("--inspect NAME:PORT", PORTS)(port) }];
}

/** The names and addresses of this machine. */
const LOOPBACK = /^(127(\.\d+){3}|\[::1\]|localhost|.*\.localhost)$/;

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
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname))
    throw new UserFault(
      `--webhook ${url.origin} must be https: events go over http to this machine only, such as http://127.0.0.1:3000`,
      USAGE,
    );
  return url.href;
}
