import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLambdaZip } from "@image-pipeline/lambda-zip";
import { expect, test } from "vitest";

test("the zip is under 1 MB, so that the function starts fast", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ingest-zip-"));
  const outfile = join(folder, "lambda.zip");
  try {
    await buildLambdaZip({ entry: join(import.meta.dirname, "../src/handler.ts"), outfile });
    expect((await stat(outfile)).size).toBeLessThan(1e6);
  } finally {
    await rm(folder, { recursive: true });
  }
});
