import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { definePipeline, type PipelineInput, pipelineFor } from "@image-pipeline/schema/config";
import { strToU8, zipSync } from "fflate";
import { afterAll } from "vitest";
import { z } from "zod";
import type { Deployment } from "../src/deployment.ts";
import type { HandlerZip } from "../src/handler-zips.ts";
import { toNames, toStackId } from "../src/names.ts";
import type { Subscribers } from "../src/parts/subscribers.ts";
import { synthesise } from "../src/synthesise.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of the test file's own, gone after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "image-pipeline-infra-"));
  folders.push(folder);
  return folder;
}

/** A zip with these entries, each holding its own name. */
export function writeZip(path: string, entries: readonly string[]): HandlerZip {
  const files = Object.fromEntries(entries.map((name) => [name, strToU8(name)]));
  const bytes = zipSync(files, { mtime: "1980-01-01" });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return { path, sha256: createHash("sha256").update(bytes).digest("base64") };
}

type Changes = Partial<PipelineInput> & { environment?: string; stateBucket?: string };

/** A deployment to `dev` with one preset, and whatever the test is about. */
export function aDeployment({ environment = "dev", stateBucket, ...changes }: Changes = {}): Deployment {
  const pipelines = definePipeline({
    presets: { thumb: { width: 160, height: 160, fit: "cover", formats: ["webp"] } },
    environments: { [environment]: {} },
    ...changes,
  });
  const pipeline = pipelineFor(pipelines, environment);
  const folder = temporaryFolder();
  return {
    pipeline,
    names: toNames(pipeline),
    zips: {
      audit: writeZip(join(folder, "audit/lambda.zip"), ["index.js"]),
      ingest: writeZip(join(folder, "ingest/lambda.zip"), ["index.js"]),
      worker: writeZip(join(folder, "worker/lambda.zip"), ["index.js"]),
      analyzer: writeZip(join(folder, "analyzer/lambda.zip"), ["index.js"]),
    },
    stateBucket: stateBucket ?? null,
  };
}

const Block = z.record(z.string(), z.unknown());
const StackFile = z.object({
  terraform: Block,
  provider: z.object({ aws: z.array(Block) }),
  resource: z.record(z.string(), z.record(z.string(), Block)),
  output: z.record(z.string(), z.object({ value: z.string() })).optional(),
});

/** A synthesised stack, as Terraform would read it. */
export class SynthesisedStack {
  readonly file: z.infer<typeof StackFile>;

  constructor(path: string) {
    this.file = StackFile.parse(JSON.parse(readFileSync(path, "utf8")));
  }

  /** The resources of a type by the part of the stack they belong to, such as `Worker/Handler/Role`; "Default" is none. */
  all(type: string): Map<string, Record<string, unknown>> {
    const blocks = Object.values(this.file.resource[type] ?? {});
    return new Map(blocks.map(({ "//": meta, ...attributes }) => [pathOf(meta), attributes]));
  }

  /** The one resource of a type at a path, as `all`. */
  one(type: string, path: string): Record<string, unknown> {
    const found = this.all(type).get(path);
    if (!found) throw new Error(`no ${type} at ${path}: there are ${[...this.all(type).keys()].join(", ")}`);
    return found;
  }

  /** What another resource writes to refer to an attribute of this one. */
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

/** The workflow's stack of a deployment that has one. */
export function synthesisedWorkflow(deployment: Deployment): SynthesisedStack {
  const outdir = join(temporaryFolder(), "cdktf.out");
  synthesise(deployment, outdir);
  const stack = toStackId("workflow", deployment.pipeline.environment);
  return new SynthesisedStack(join(outdir, "stacks", stack, "cdk.tf.json"));
}

/** Both stacks that every deployment has, synthesised. */
export function synthesised(
  deployment: Deployment,
  listed?: Subscribers,
): {
  core: SynthesisedStack;
  notifications: SynthesisedStack;
} {
  const outdir = join(temporaryFolder(), "cdktf.out");
  synthesise(deployment, outdir, listed);
  const { environment } = deployment.pipeline;
  const suffix = environment === "dev" || environment === "local" ? "" : `-${environment}`;
  const file = (part: string) => join(outdir, "stacks", `image-pipeline-${part}${suffix}`, "cdk.tf.json");
  return {
    core: new SynthesisedStack(file("core")),
    notifications: new SynthesisedStack(file("notifications")),
  };
}
