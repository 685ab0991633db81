import { Argument, Option } from "@commander-js/extra-typings";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { ending, newCommand, type ProgramContext } from "../program/command.ts";
import { numberOf } from "../program/to-number.ts";

const PORT = new Option(
  "--port <n>",
  "where S3, SNS and SQS listen (default: 4566, or any free port if it is taken)",
);
const REKOGNITION = new Option(
  "--rekognition <kind>",
  "what analyses the images: a simulation that knows colours only, or AWS with your credentials, which costs money",
)
  .choices(["stand-in", "aws"] as const)
  .default("stand-in" as const);

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
    .addOption(PORT.argParser(numberOf("--port", { least: 0, most: 65_535, whole: true })))
    .option("--data-dir <dir>", "keep the state there, and continue from it the next time")
    .option(
      "--webhook <url>",
      "deliver each result event there by HTTP POST; what fails is sent again",
      toWebhook,
    )
    .addOption(REKOGNITION)
    .action(
      ending(context, async (paths, { samples, out, exit, json, port, dataDir, webhook, rekognition }) => {
        const { start } = await import("@image-pipeline/local");
        const flags = { exit: exit ?? false, json: json ?? false };
        return start({ paths, samples, out, ...flags, port, dataDir, webhook, rekognition });
      }),
    );
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
