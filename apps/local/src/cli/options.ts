import { parseArgs } from "node:util";
import type { RekognitionChoice } from "../rekognition/rekognition.ts";
import { UserFault } from "../user-fault.ts";

export interface Options {
  paths: readonly string[];
  samples: boolean;
  out: string | undefined;
  exit: boolean;
  json: boolean;
  port: number | undefined;
  dataDir: string | undefined;
  /** Where result events are delivered to. */
  webhook: string | undefined;
  rekognition: RekognitionChoice;
  help: boolean;
}

export const USAGE = `Runs the pipeline on this machine, from the stacks that would be deployed, and pushes images through it.

  npx pnpm@12 start [FILE|DIR...] [--no-samples] [--out DIR] [--exit] [--json] [--port N] [--data-dir DIR] [--webhook URL]
                     [--rekognition simulated|aws]

  FILE|DIR        what to upload, in place of the sample photographs; a file's key is its name, or its path in the folder given
  --no-samples    upload nothing, only serve
  --out DIR       copy manifests and renditions there, as DIR/<key in the processed bucket>
  --exit          stop once every upload is accounted for: 0 if all are processed or rejected, 1 if anything failed or was lost
  --json          one line of JSON for each image on stdout, everything else on stderr
  --port N        where the S3 endpoint listens (4566, or any free port if that is taken)
  --data-dir DIR  keep the state there, and go on from it the next time
  --webhook URL   deliver each result event there, as an HTTP POST of the CloudEvent; what is not taken is tried again
  --rekognition   what looks at the pictures: simulated, which is free and knows colours alone (a plain red picture is
                  condemned, a plain orange one flagged), or aws, the real one, with your own credentials and on your bill
`;

const USAGE_EXIT_CODE = 2;

/** @throws {UserFault} with exit code 2, naming what is wrong */
export function toOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args[0] === "--" ? args.slice(1) : args);
  return {
    paths: positionals,
    samples: !values["no-samples"],
    out: values.out,
    exit: values.exit ?? false,
    json: values.json ?? false,
    port: values.port === undefined ? undefined : toPort(values.port),
    dataDir: values["data-dir"],
    webhook: values.webhook === undefined ? undefined : toWebhook(values.webhook),
    rekognition: toRekognition(values.rekognition),
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
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const [why] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/);
    throw new UserFault(`${why}: see --help`, USAGE_EXIT_CODE);
  }
}

function toRekognition(choice = "simulated"): RekognitionChoice {
  if (choice === "simulated" || choice === "aws") return choice;
  throw new UserFault(`--rekognition must be simulated or aws, not ${choice}`, USAGE_EXIT_CODE);
}

function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UserFault(`--port ${text} is no port: give a number from 0 to 65535`, USAGE_EXIT_CODE);
}

function toWebhook(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol))
    throw new UserFault(
      `--webhook ${text} is no address to post to: give a URL such as http://127.0.0.1:3000/images`,
      USAGE_EXIT_CODE,
    );
  if (url.username !== "" || url.password !== "")
    throw new UserFault(
      `--webhook ${url.origin} must not hold a user or a password: none is sent with a delivery`,
      USAGE_EXIT_CODE,
    );
  return url.href;
}
