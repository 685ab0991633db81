import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { definePipeline, pipelineFor } from "@image-pipeline/schema/config";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { inAccountOf } from "../src/account-deployment.ts";
import { synthesiseAccount } from "../src/synthesise.ts";
import { aDeployment, SynthesisedStack, synthesised, temporaryFolder } from "./deployments.ts";

const root = join(import.meta.dirname, "../../..");
const guide = readFileSync(join(root, "docs/deploying.md"), "utf8");
const section = /### Two accounts\n([\s\S]*?)\n## /.exec(guide)?.[1] ?? "";
const Environments = z.record(
  z.string(),
  z.object({ accountId: z.string(), region: z.string().default("us-east-1") }),
);
/** The config of the guide. */
const environments = Environments.parse(
  JSON.parse((/`environments: (\{.*\})`/.exec(section)?.[1] ?? "").replaceAll(/(\w+):/g, '"$1":')),
);
const pipelines = definePipeline({
  presets: { thumb: { width: 160, height: 160, fit: "cover", formats: ["webp"] } },
  ci: { repository: "owner/name" },
  environments,
});

/** Synthesises an account's stacks as `npx pipeline account` does with `PIPELINE_ENVIRONMENT`. */
function accountOf(environment: string) {
  const pipeline = pipelineFor(pipelines, environment);
  const own = [...inAccountOf(pipeline, pipelines)];
  const regions = Object.fromEntries(own.map(([name, { region }]) => [name, region]));
  const outdir = temporaryFolder();
  const names = own.map(([name]) => name);
  synthesiseAccount(
    { pipeline, environments: names, regions, existingBuckets: {}, stateBucket: "state" },
    outdir,
  );
  const read = (id: string) => new SynthesisedStack(join(outdir, `stacks/image-pipeline-${id}/cdk.tf.json`));
  return { state: read("state"), ci: read("ci") };
}

describe.each([
  ["dev", "111111111111", "us-east-1"],
  ["prod", "222222222222", "eu-west-1"],
])("the guide for two accounts: %s in %s", (environment, accountId, region) => {
  const { state, ci } = accountOf(environment);

  it("has both account stacks in the account and region of its environment, and their state beside them", () => {
    for (const { file } of [state, ci]) {
      expect(file.provider.aws[0]).toMatchObject({ region, allowed_account_ids: [accountId] });
      expect(file.terraform.backend).toMatchObject({ s3: { region } });
    }
  });

  it("has the outputs that the guide names, and no role of the other environment", () => {
    expect(Object.keys(state.file.output ?? {})).toContain("state_bucket_name");
    const outputs = Object.keys(ci.file.output ?? {}).sort();
    expect(outputs).toEqual([`image_pipeline_apply_${environment}_role_arn`, "image_pipeline_plan_role_arn"]);
    for (const name of ["state_bucket_name", "image_pipeline_plan_role_arn"]) expect(guide).toContain(name);
  });

  it("trusts the jobs of its GitHub environments only", () => {
    const trustOf = (id: string) => String(ci.one("aws_iam_role", id).assume_role_policy);
    const apply = `Apply${environment.charAt(0).toUpperCase()}${environment.slice(1)}`;
    expect(trustOf("Plan")).toContain(`repo:owner/name:environment:${environment}-plan"`);
    expect(trustOf(apply).match(/repo:[^"]*/g)).toEqual([`repo:owner/name:environment:${environment}`]);
  });

  it("finds its state with the STATE_REGION of the guide", () => {
    const deployment = aDeployment({ environment, region, accountId, stateBucket: "state" });
    const { core } = synthesised({ ...deployment, stateRegion: region });
    expect(core.file.terraform.backend).toMatchObject({ s3: { bucket: "state", region } });
  });
});

/** Returns the variables that the guide sets in a GitHub environment, or for the repository. */
function documented(environment: string | null): string[] {
  const commands = guide.matchAll(/gh variable set (\w+)( --env ([\w-]+))?/g);
  const names = [...commands]
    .filter(([, , , env]) => (env ?? null) === environment)
    .map(([, name = ""]) => name);
  return [...new Set(names)].sort();
}

it("sets every variable that the workflows read, in the GitHub environment where they read it", () => {
  const jobs = globSync(".github/workflows/*.yml", { cwd: root }).flatMap((file) =>
    readFileSync(join(root, file), "utf8").split(/^ {2}(?=[\w-]+:$)/m),
  );
  const read = (isOne: (job: string) => boolean, pattern: RegExp) => {
    const names = jobs
      .filter(isOne)
      .flatMap((job) => [...job.matchAll(pattern)].map(([, name = ""]) => name));
    return [...new Set(names)].sort();
  };
  const condition = /if:.*vars\.(\w+)/g;
  const value = /\{\{ vars\.(\w+)/g;
  expect(documented(null)).toEqual(read(() => true, condition));
  expect(documented("dev-plan")).toEqual(read((job) => /environment: .*-plan\n/.test(job), value));
  expect(documented("prod")).toEqual(
    read((job) => /environment: \$\{\{ matrix\.environment \}\}\n/.test(job), value),
  );
});
