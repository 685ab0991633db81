import { join } from "node:path";
import { buildLambdaZip } from "@image-pipeline/lambda-zip";

const entry = join(import.meta.dirname, "src/handler.ts");
for (const outfile of ["dist/lambda.zip", "dist/local/lambda.zip"]) {
  await buildLambdaZip({ entry, outfile: join(import.meta.dirname, outfile) });
}
