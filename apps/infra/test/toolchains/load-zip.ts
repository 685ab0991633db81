import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { z } from "zod";
import { temporaryFolder } from "../deployments.ts";

const Lambda = z.object({ environment: z.object({ variables: z.record(z.string(), z.string()) }) });
const StackFile = z.object({
  resource: z.object({ aws_lambda_function: z.record(z.string(), Lambda).default({}) }),
});
const Package = z.object({ lambda: z.object({ handlers: z.array(z.string()) }) });

/** Loads the module of the folder as Lambda does, and ends with 1 unless it exports the handlers. */
const LOAD = `const { index, handlers } = JSON.parse(process.argv[1]);
const module = require(index);
process.exit(handlers.every((name) => typeof module[name] === "function") ? 0 : 1);`;

/** Returns the arguments for Node.js that load a function from its zip for this machine. */
export function loading(app: string): string[] {
  const folder = temporaryFolder();
  for (const [path, bytes] of Object.entries(unzipSync(readFileSync(join(app, "dist/local/lambda.zip"))))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const { lambda } = Package.parse(JSON.parse(readFileSync(join(app, "package.json"), "utf8")));
  return ["-e", LOAD, JSON.stringify({ index: join(folder, "index.js"), handlers: lambda.handlers })];
}

/** Returns the variables of all functions in synthesised stacks, with a name, an ARN or a URL in the place of each reference. */
export function variablesOf(folder: string): Record<string, string> {
  const stacks = globSync("*/stacks/*/cdk.tf.json", { cwd: folder }).map((file) =>
    StackFile.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))),
  );
  const functions = stacks.flatMap(({ resource }) => Object.values(resource.aws_lambda_function));
  const variables = Object.assign({}, ...functions.map(({ environment }) => environment.variables));
  return z.record(z.string(), z.string()).parse(
    JSON.parse(
      JSON.stringify(variables)
        .replaceAll(/\$\{[^}]+\.arn\}/g, "arn:aws:sns:us-east-1:123456789012:name")
        .replaceAll(/\$\{[^}]+\.(url|id)\}/g, "https://sqs.us-east-1.amazonaws.com/123456789012/name")
        .replaceAll(/\$\{[^}]+\}/g, "name"),
    ),
  );
}
