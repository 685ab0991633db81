import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { devNull } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipelineFor } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { UserFault } from "@image-pipeline/schema/user-fault";
import type { LocalPipeline } from "../local-pipeline.ts";
import { guardedServer } from "../net/guarded-server.ts";
import { listen } from "../net/listen.ts";
import { LOCAL_CREDENTIALS } from "../services/clients.ts";
import { ROOT } from "./build-and-synth.ts";
import type { Exits } from "./exits.ts";
import type { Options } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** The usual port of a web application in development, or else any free one. */
const PORTS = [3000, 0];

/** A web application in `examples`, not started yet. */
export interface Example {
  name: string;
  /** Its address. */
  url: string;
  /** The origins of its page under both names of this machine. */
  origins: readonly string[];
}

type ExamplePipeline = Pick<LocalPipeline, "places" | "topology" | "edgeEndpoint" | "signingKey">;

interface Surroundings {
  /** Of S3. */
  endpoint: string;
  options: Pick<Options, "environment">;
  terminal: Pick<Terminal, "complain">;
  exits: Pick<Exits, "onEnd" | "isLeaving">;
}

/** Chooses a port for an example, whose page the local S3 has to know before it starts. */
export async function chooseExample(name: string): Promise<Example> {
  const server = guardedServer(() => undefined);
  const url = await listen(server, PORTS);
  server.close();
  return { name, url, origins: [url, url.replace("127.0.0.1", "localhost")] };
}

/**
 * Runs an example beside the pipeline, and shows what it prints.
 *
 * @throws {UserFault} when it ends before it listens, or the stacks have no delivery
 */
export async function startExample(
  example: Example,
  pipeline: ExamplePipeline,
  { endpoint, options, terminal, exits }: Surroundings,
): Promise<void> {
  const env = await toVariables(example, pipeline, { endpoint, options });
  const cwd = join(ROOT, "examples", example.name);
  const child = spawn(process.execPath, ["server.js"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const kill = () => void child.kill("SIGKILL");
  exits.onEnd(async () => kill(), kill);
  createInterface(child.stderr).on("line", (line) => terminal.complain(`${example.name}: ${line}`));
  await Promise.race([once(createInterface(child.stdout), "line"), failed(child, example.name)]);
  child.once("exit", () => {
    if (!exits.isLeaving()) terminal.complain(`${example.name} has ended: start it again with --example`);
  });
}

async function failed(child: ChildProcess, name: string): Promise<never> {
  await once(child, "close");
  throw new UserFault(`the example ${name} could not be started: see its message above`);
}

/** Returns the environment of its process: no AWS client in it finds the user's own account. */
async function toVariables(
  { url, origins }: Example,
  { topology, places, edgeEndpoint, signingKey }: ExamplePipeline,
  { endpoint, options }: Pick<Surroundings, "endpoint" | "options">,
): Promise<NodeJS.ProcessEnv> {
  if (edgeEndpoint === null)
    throw new UserFault("--example shows pictures by the delivery stack: set delivery.enabled to true");
  const { limits } = pipelineFor(await loadPipelines(), options.environment ?? "local");
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  return {
    ...Object.fromEntries(own),
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    AWS_REGION: topology.region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    NODE_NO_WARNINGS: "1",
    PORT: new URL(url).port,
    ORIGINS: origins.join(" "),
    UPLOAD_BUCKET: places.uploadBucket,
    UPLOAD_PREFIX: places.uploadPrefix,
    PROCESSED_BUCKET: places.processedBucket,
    MAX_BYTES: String(limits.maxBytes),
    IMAGES_URL: edgeEndpoint,
    IMAGES_KEY_ID: signingKey?.keyPairId,
    IMAGES_PRIVATE_KEY: signingKey?.privateKey,
  };
}
