import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { definePipeline, type PipelineInput, pipelineFor } from "@image-pipeline/schema/config";
import { strToU8, zipSync } from "fflate";
import { z } from "zod";
import type { Deployment } from "../src/deployment.ts";
import type { HandlerZip } from "../src/handler-zips.ts";
import { toNames, toStackId } from "../src/names.ts";
import type { Subscribers } from "../src/subscribers/subscribers.ts";
import { synthesise } from "../src/synthesise.ts";

/** One folder for the process, deleted when the process ends. Vitest ends its workers by SIGTERM. */
const root = mkdtempSync(join(tmpdir(), "image-pipeline-infra-"));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));
process.once("SIGTERM", () => process.exit());

/** Creates a temporary folder. */
export function temporaryFolder(): string {
  return mkdtempSync(join(root, "folder-"));
}

/** Writes a zip with these entries, each with its name as content. */
export function writeZip(path: string, entries: readonly string[]): HandlerZip {
  const files = Object.fromEntries(entries.map((name) => [name, strToU8(name)]));
  const bytes = zipSync(files, { mtime: "1980-01-01" });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return { path, sha256: createHash("sha256").update(bytes).digest("base64") };
}

type Changes = Partial<PipelineInput> & { environment?: string; stateBucket?: string };

const zips = {
  audit: writeZip(join(root, "audit/lambda.zip"), ["index.js"]),
  ingest: writeZip(join(root, "ingest/lambda.zip"), ["index.js"]),
  worker: writeZip(join(root, "worker/lambda.zip"), ["index.js"]),
  analyzer: writeZip(join(root, "analyzer/lambda.zip"), ["index.js"]),
  resolver: writeZip(join(root, "resolver/lambda.zip"), ["index.js"]),
  budget: writeZip(join(root, "budget/lambda.zip"), ["index.js"]),
  webhook: writeZip(join(root, "webhook/lambda.zip"), ["index.js"]),
  invalidator: writeZip(join(root, "invalidator/lambda.zip"), ["index.js"]),
};

/** Returns a deployment to `dev` with one preset, with changes. */
export function aDeployment({ environment = "dev", stateBucket, ...changes }: Changes = {}): Deployment {
  const pipelines = definePipeline({
    presets: { thumb: { width: 160, height: 160, fit: "cover", formats: ["webp"] } },
    environments: { [environment]: {} },
    // As production requires.
    alarms: { unattended: true },
    ...changes,
  });
  const pipeline = pipelineFor(pipelines, environment);
  return { pipeline, names: toNames(pipeline), zips, stateBucket: stateBucket ?? null };
}

const Block = z.record(z.string(), z.unknown());
const StackFile = z.object({
  terraform: Block,
  provider: z.object({ aws: z.array(Block) }),
  data: z.record(z.string(), z.record(z.string(), Block)).optional(),
  resource: z.record(z.string(), z.record(z.string(), Block)),
  output: z.record(z.string(), z.object({ value: z.string() })).optional(),
  removed: z.array(Block).optional(),
});

/** A synthesised stack, as Terraform reads it. */
export class SynthesisedStack {
  readonly file: z.infer<typeof StackFile>;

  constructor(path: string) {
    this.file = StackFile.parse(JSON.parse(readFileSync(path, "utf8")));
  }

  /** Returns the resources of a type by construct path, such as `Worker/Handler/Role`, without "Default". */
  all(type: string): Map<string, Record<string, unknown>> {
    const blocks = Object.values(this.file.resource[type] ?? {});
    return new Map(blocks.map(({ "//": meta, ...attributes }) => [pathOf(meta), attributes]));
  }

  /** Returns the resource of a type at a construct path. */
  one(type: string, path: string): Record<string, unknown> {
    const found = this.all(type).get(path);
    if (!found) throw new Error(`no ${type} at ${path}: there are ${[...this.all(type).keys()].join(", ")}`);
    return found;
  }

  /** Returns the expression with which another resource refers to an attribute. */
  reference(type: string, path: string, attribute: string): string {
    const found = Object.entries(this.file.resource[type] ?? {}).find(
      ([, block]) => pathOf(block["//"]) === path,
    );
    if (!found) throw new Error(`no ${type} at ${path}`);
    return `\${${type}.${found[0]}.${attribute}}`;
  }
}

const Metadata = z.object({ metadata: z.object({ path: z.string() }) });

function pathOf(meta: unknown): string {
  return Metadata.parse(meta)
    .metadata.path.split("/")
    .slice(1)
    .filter((part) => part !== "Default")
    .join("/");
}

interface Synthesised {
  core: SynthesisedStack;
  notifications: SynthesisedStack;
  /** Undefined if the workflow is disabled. */
  workflow?: SynthesisedStack;
  /** Undefined if the delivery is disabled. */
  delivery?: SynthesisedStack;
}

/** Synthesised stacks by their deployment: many tests read the same ones. */
const cache = new Map<string, Synthesised>();

/** Returns the stacks of a deployment. */
export function synthesised(deployment: Deployment, listed?: Subscribers): Synthesised {
  if (listed) return synthesiseStacks(deployment, listed);
  const key = JSON.stringify(deployment);
  const found = cache.get(key) ?? synthesiseStacks(deployment);
  cache.set(key, found);
  return found;
}

/** Returns the workflow stack of a deployment that has one. */
export function synthesisedWorkflow(deployment: Deployment): SynthesisedStack {
  const { workflow } = synthesised(deployment);
  if (!workflow) throw new Error("the workflow is disabled");
  return workflow;
}

/** Returns the delivery stack of a deployment that has one. */
export function synthesisedDelivery(deployment: Deployment): SynthesisedStack {
  const { delivery } = synthesised(deployment);
  if (!delivery) throw new Error("the delivery is disabled");
  return delivery;
}

function synthesiseStacks(deployment: Deployment, listed?: Subscribers): Synthesised {
  const outdir = join(temporaryFolder(), "cdktf.out");
  synthesise(deployment, outdir, listed);
  const read = (part: Parameters<typeof toStackId>[0]) =>
    new SynthesisedStack(
      join(outdir, "stacks", toStackId(part, deployment.pipeline.environment), "cdk.tf.json"),
    );
  return {
    core: read("core"),
    notifications: read("notifications"),
    ...(deployment.pipeline.workflow.enabled && { workflow: read("workflow") }),
    ...(deployment.pipeline.delivery.enabled && { delivery: read("delivery") }),
  };
}
