import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  startLocalPipeline,
  startServer,
  systemClock,
  trackedUploads,
  trackUploads,
} from "@image-pipeline/local";
import { startProgram, whileProgressing } from "@image-pipeline/testing/progress";
import { afterAll } from "vitest";
import * as z from "zod";

const APPS = resolve(import.meta.dirname, "../..");

/** Synthesises the stacks for this machine into a temporary folder. */
export async function synthesised(): Promise<string> {
  const folder = temporaryFolder();
  const variables = { PIPELINE_ENVIRONMENT: "local", CDKTF_OUTDIR: folder };
  const { code, stderr } = await startProgram(join(APPS, "infra/src/main.ts"), [], { variables }).ended;
  if (code !== 0) throw new Error(`the stacks cannot be synthesised: ${stderr}`);
  return join(folder, "stacks");
}

const CoreStack = z.looseObject({
  resource: z.looseObject({
    aws_lambda_function: z.record(
      z.string(),
      z.looseObject({ environment: z.looseObject({ variables: z.record(z.string(), z.string()) }) }),
    ),
  }),
});

/** Replaces the presets of stacks, as if they were deployed before the config changed. */
export function withPresets(stacksFolder: string, presets: object): string {
  const path = join(stacksFolder, "image-pipeline-core/cdk.tf.json");
  const stack = CoreStack.parse(JSON.parse(readFileSync(path, "utf8")));
  for (const { environment } of Object.values(stack.resource.aws_lambda_function))
    if ("PRESETS" in environment.variables) environment.variables.PRESETS = JSON.stringify(presets);
  writeFileSync(path, JSON.stringify(stack));
  return stacksFolder;
}

/** The local runtime with these stacks, in this process. */
export async function runLocally(stacksFolder: string, folder: string) {
  const server = await startServer({ ports: [0], folder });
  const pipeline = await startLocalPipeline(server, { stacksFolder, timeScale: 0.1 });
  const faults: unknown[] = [];
  const accounts = trackUploads(pipeline, {
    services: server.services,
    uploads: trackedUploads(() => undefined),
    clock: systemClock,
    onError: (error) => faults.push(error),
  });
  const queues = [...pipeline.topology.queues.map(({ name }) => name), ...pipeline.workQueues];
  const progress = () => JSON.stringify([faults, queues.map((name) => server.services.count(name))]);
  return {
    endpoint: server.proxy.endpoint,
    settled: () => whileProgressing(accounts.settled(), progress),
    faults,
    /** The number of events that a function has processed, by its log in this folder. */
    processedBy(functionName: string): number {
      const log = join(folder, "logs", `${functionName}.log`);
      return existsSync(log) ? readFileSync(log, "utf8").split('"decision":"process"').length - 1 : 0;
    },
    async stop() {
      await accounts.stop();
      await pipeline.stop();
      await server.close();
    },
  };
}
export type LocalWorld = Awaited<ReturnType<typeof runLocally>>;

/** A folder that is removed after the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cli-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
