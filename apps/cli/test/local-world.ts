import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import {
  startLocalPipeline,
  startServer,
  systemClock,
  trackedUploads,
  trackUploads,
} from "@image-pipeline/local";
import { afterAll } from "vitest";
import * as z from "zod";

const APPS = resolve(import.meta.dirname, "../..");

/** The end of a program. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A running program. */
export interface Program {
  ended: Promise<Ended>;
  /** Resolves once it has written this, on either stream. */
  seen(text: string): Promise<void>;
  interrupt(): void;
}

/** Starts a program of Node's. */
export function startProgram(
  path: string,
  argv: readonly string[],
  variables: Record<string, string> = {},
): Program {
  const env = { ...process.env, ...variables };
  const child = spawn(process.execPath, [path, ...argv], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
    ([stdout, stderr]) => ({ code: child.exitCode, stdout, stderr }),
  );
  let written = "";
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      written += chunk.toString();
      for (const watch of watchers) watch();
    });
  return {
    ended,
    interrupt: () => void child.kill("SIGINT"),
    seen(wanted) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const watch = () => written.includes(wanted) && resolve();
      watchers.add(watch);
      ended.then(() => reject(new Error(`it ended before it said "${wanted}": ${written}`)));
      watch();
      return promise;
    },
  };
}

/** Runs a program of Node's to its end. */
export function runProgram(...program: Parameters<typeof startProgram>): Promise<Ended> {
  return startProgram(...program).ended;
}

/** Synthesises the stacks for this machine into a temporary folder. */
export async function synthesised(): Promise<string> {
  const folder = temporaryFolder();
  const variables = { PIPELINE_ENVIRONMENT: "local", CDKTF_OUTDIR: folder };
  const { code, stderr } = await runProgram(join(APPS, "infra/src/main.ts"), [], variables);
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
  return {
    endpoint: server.proxy.endpoint,
    settled: accounts.settled,
    faults,
    /** The number of events that a function has processed, by its log in this folder. */
    processedBy(functionName: string): number {
      const log = join(folder, "logs", `${functionName}.log`);
      return existsSync(log) ? readFileSync(log, "utf8").split('"message":"process"').length - 1 : 0;
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
