import { join } from "node:path";
import { buildLambdaZip, hostTarget, lambdaTarget } from "@image-pipeline/lambda-zip";
import pipelines from "../../pipeline.config.ts";

const entry = join(import.meta.dirname, "src/handler.ts");
const [pipeline] = pipelines.values();
if (!pipeline) throw new Error("pipeline.config.ts names no environment");
await buildLambdaZip({
  entry,
  outfile: join(import.meta.dirname, "dist/lambda.zip"),
  sharp: lambdaTarget(pipeline.architecture),
});
await buildLambdaZip({
  entry,
  outfile: join(import.meta.dirname, "dist/local/lambda.zip"),
  sharp: hostTarget(),
});
