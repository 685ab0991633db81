import { parseArgs } from "node:util";
import type { RekognitionChoice } from "../rekognition/rekognition.ts";
import { UserFault } from "../user-fault.ts";

/** The options of `start`. Texts are checked by `checkOptions`. */
export interface Options {
  /** Files and folders to upload, in place of the sample photographs. */
  paths: readonly string[];
  samples: boolean;
  out: string | undefined;
  exit: boolean;
  json: boolean;
  port: number | undefined;
  dataDir: string | undefined;
  /** The URL that result events are delivered to. */
  webhook: string | undefined;
  rekognition: RekognitionChoice;
  /** Whose settings run; undefined for those of the first environment in pipeline.config.ts. */
  environment: string | undefined;
  /** Functions that a debugger can attach to. */
  inspect: readonly Inspect[];
  watch: boolean;
  help: boolean;
}

/** A function by its short name, such as `worker`, and the debugger's port: 0 for any free one. */
export interface Inspect {
  functionName: string;
  port: number;
}

/** The port that debuggers try first. */
export const DEBUGGER_PORT = 9229;

export const USAGE = `Runs the pipeline on this machine, from the stacks that would be deployed, and uploads images to it.

  npx pipeline start [FILE|DIR...] [OPTION...]

  FILE|DIR            files to upload, in place of the sample photographs; the key is the file's name, or its path in DIR
  --no-samples        upload nothing
  --out DIR           copy manifests and renditions to DIR/<key in the processed bucket>
  --exit              stop when every upload has ended
  --json              write one line of JSON for each image to stdout, everything else to stderr
  --port N            port of the S3 endpoint (default: 4566, or a free one if that is in use)
  --data-dir DIR      keep the state and the logs in DIR, and continue from it the next time
  --environment NAME  run the settings of this environment (default: PIPELINE_ENVIRONMENT, or the first in pipeline.config.ts)
  --webhook URL       send each result event there as an HTTP POST, with retries
  --rekognition NAME  simulated or aws (default: simulated): simulated is free and recognises only colours; aws is Amazon
                      Rekognition, with your credentials and on your bill
  --inspect NAME      run this function, such as worker, for a debugger; NAME:PORT chooses the port (default: ${DEBUGGER_PORT})
  --watch             rebuild and reload when a source file or pipeline.config.ts changes

Exit codes: 0 every image was processed or rejected with a reason, 1 an image failed or a file could not be read,
2 wrong usage, 130 interrupted
`;

const USAGE_EXIT_CODE = 2;

/** @throws {UserFault} with exit code 2, naming the wrong option */
export function toOptions(
  args: readonly string[],
  { PIPELINE_ENVIRONMENT }: NodeJS.ProcessEnv = {},
): Options {
  const { values, positionals } = parse(args[0] === "--" ? args.slice(1) : args);
  return {
    paths: positionals,
    samples: !values["no-samples"],
    out: toText("--out", values.out),
    exit: values.exit ?? false,
    json: values.json ?? false,
    port: values.port === undefined ? undefined : toPort("--port", values.port),
    dataDir: toText("--data-dir", values["data-dir"]),
    webhook: values.webhook === undefined ? undefined : toWebhook(values.webhook),
    rekognition: toRekognition(values.rekognition),
    environment: toText("--environment", values.environment) ?? toDefaultEnvironment(PIPELINE_ENVIRONMENT),
    inspect: (values.inspect ?? []).map(toInspect),
    watch: values.watch ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        "no-samples": { type: "boolean" },
        out: { type: "string" },
        exit: { type: "boolean" },
        json: { type: "boolean" },
        port: { type: "string" },
        "data-dir": { type: "string" },
        webhook: { type: "string" },
        rekognition: { type: "string" },
        environment: { type: "string" },
        inspect: { type: "string", multiple: true },
        watch: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const [why] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/);
    throw usageFault(`${why}: see --help`);
  }
}

export function toRekognition(choice = "simulated"): RekognitionChoice {
  if (choice === "simulated" || choice === "aws") return choice;
  throw usageFault(`--rekognition must be simulated or aws, got "${choice}"`);
}

export function toPort(option: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usageFault(`${option} must be a number from 0 to 65535, got "${text}"`);
}

/** @param text `worker` or `worker:9230` */
export function toInspect(text: string): Inspect {
  const [, functionName, port] = /^([^:]+)(?::(.*))?$/.exec(text) ?? [];
  if (functionName === undefined)
    throw usageFault(`--inspect must be the name of a function, such as worker, got "${text}"`);
  return { functionName, port: port === undefined ? DEBUGGER_PORT : toPort("--inspect NAME:PORT", port) };
}

export function toWebhook(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol))
    throw usageFault(`--webhook must be a URL such as http://127.0.0.1:3000/images, got "${text}"`);
  if (url.username !== "" || url.password !== "")
    throw usageFault(
      `--webhook ${url.origin} must not contain a user or a password: deliveries are sent without`,
    );
  return url.href;
}

/** `local` names the machine and no environment: the first environment's settings run. */
function toDefaultEnvironment(variable: string | undefined): string | undefined {
  return variable === undefined || variable === "" || variable === "local" ? undefined : variable;
}

function toText(option: string, text: string | undefined): string | undefined {
  if (text === "") throw usageFault(`${option} must not be empty`);
  return text;
}

function usageFault(message: string): UserFault {
  return new UserFault(message, USAGE_EXIT_CODE);
}
