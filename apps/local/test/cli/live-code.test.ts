import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildLambdaZip } from "@image-pipeline/lambda-zip";
import { expect, it, onTestFinished } from "vitest";
import { liveCode } from "../../src/cli/live-code.ts";
import { startLambdaHost } from "../../src/lambda-host/lambda-host.ts";
import { LOCAL_CREDENTIALS } from "../../src/services/clients.ts";
import { lambdaOf } from "../function-factory.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** A package with one function that answers with a word of another file, its zip, and a host that runs it. */
async function runningPackage() {
  const folder = temporaryFolder();
  const [entry, word] = [join(folder, "src/handler.ts"), join(folder, "src/word.ts")];
  const zipPath = join(folder, "dist/local/lambda.zip");
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ lambda: { handlers: ["handler"] } }));
  writeFileSync(entry, 'import { word } from "./word.ts";\nexport const handler = async () => word;\n');
  writeFileSync(word, 'export const word: string = "one";\n');
  await buildLambdaZip({ entry, outfile: zipPath });
  const lambda = lambdaOf("", { name: "local-worker", zipPath });
  const other = lambdaOf("async () => 0", { name: "local-other" });
  const topology = { functions: [lambda, other], mappings: [], region: "us-east-1" };
  const host = await startLambdaHost({
    topology,
    endpoint: "http://127.0.0.1:9",
    credentialsOf: () => LOCAL_CREDENTIALS,
    folder: temporaryFolder(),
    maximumProcesses: 1,
  });
  onTestFinished(host.close);
  return {
    pipeline: { topology, functions: host },
    code: liveCode([{ folder, zipPath }]),
    word,
    ask: () => host.invoke("local-worker", {}),
  };
}

it("runs the new code of a function after a change of a file that it imports", async () => {
  const { pipeline, code, word, ask } = await runningPackage();
  expect(await ask()).toEqual({ ok: true, payload: "one" });
  writeFileSync(word, 'export const word: string = "two";\n');
  expect(await code.reload(pipeline, new Set([word]))).toEqual(["worker"]);
  expect(await ask()).toEqual({ ok: true, payload: "two" });
});

it("replaces no function when the change makes no difference to it", async () => {
  const { pipeline, code, word } = await runningPackage();
  writeFileSync(word, '// a comment\nexport const word: string = "one";\n');
  expect(await code.reload(pipeline, new Set([word]))).toEqual([]);
  expect(await code.reload(pipeline, new Set(["/elsewhere.ts"]))).toEqual([]);
});

it("keeps the old code when the new one cannot be built, and names file and line", async () => {
  const { pipeline, code, word, ask } = await runningPackage();
  writeFileSync(word, "export const word = ;\n");
  await expect(code.reload(pipeline, new Set([word]))).rejects.toThrow(`${word}:1:21: Unexpected ";"`);
  expect(await ask()).toEqual({ ok: true, payload: "one" });
});

it("gives a pipeline that starts later the code of the last reload", async () => {
  const { pipeline, code, word } = await runningPackage();
  writeFileSync(word, 'export const word: string = "two";\n');
  await code.reload(pipeline, new Set([word]));
  const replaced: string[] = [];
  code.restore({ ...pipeline, functions: { replaceCode: (name) => void replaced.push(name) } });
  expect(replaced).toEqual(["local-worker"]);
});
