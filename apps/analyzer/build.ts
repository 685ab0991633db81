import { join } from "node:path";
import { buildLambdaZip, hostTarget, lambdaTarget, type Target } from "@image-pipeline/lambda-zip";
import { ConfigError } from "@image-pipeline/schema/config";

/** The zip for Lambda, and the one for this machine, which differs in the platform of sharp's binaries alone. */
async function main(): Promise<void> {
  const { default: pipelines } = await import("../../pipeline.config.ts");
  const [pipeline] = pipelines.values();
  if (!pipeline) throw new ConfigError("pipeline.config.ts names no environment");
  await build("dist/lambda.zip", lambdaTarget(pipeline.architecture));
  await build("dist/local/lambda.zip", hostTarget());
}

function build(outfile: string, sharp: Target): Promise<void> {
  const entry = join(import.meta.dirname, "src/handler.ts");
  return buildLambdaZip({ entry, outfile: join(import.meta.dirname, outfile), sharp });
}

main().catch((error: unknown) => {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
