import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { z } from "zod";
import { synthesise } from "../src/synthesise.ts";
import { aDeployment, temporaryFolder } from "./deployments.ts";

const SCRIPT = join(import.meta.dirname, "../../../scripts/check-stacks.mjs");
const STACK = "image-pipeline-core/cdk.tf.json";
const run = promisify(execFile);

/** Runs the script over the stacks of an environment with every part, after a change. */
async function check(
  change: (stacks: string) => void = () => {},
  environment = "dev",
  others: Parameters<typeof aDeployment>[0] = {},
) {
  const outdir = temporaryFolder();
  const alarms = { email: "alarms@example.com", slack: { workspaceId: "T012ABC", channelId: "C012ABC" } };
  const deployments = { canaryMinutes: 10 } as const;
  const parts = { analysis: { enabled: true }, workflow: { enabled: true }, alarms, deployments };
  synthesise(
    aDeployment({ ...parts, accountId: "123456789012", stateBucket: "our-state", ...others }),
    outdir,
  );
  const stacks = join(outdir, "stacks");
  change(stacks);
  const { code, stderr } = await run(process.execPath, [SCRIPT, stacks, environment]).then(
    () => ({ code: 0, stderr: "" }),
    (error) => z.object({ code: z.number(), stderr: z.string() }).parse(error),
  );
  return { code, stderr, text: () => readFileSync(join(stacks, STACK), "utf8") };
}

/** Adds text at the beginning of the core's JSON object. */
const adding = (text: string) => (stacks: string) => {
  const path = join(stacks, STACK);
  writeFileSync(path, readFileSync(path, "utf8").replace("{", `{${text},`));
};

it("allows the stacks that the pipeline synthesises", async () => {
  expect(await check()).toMatchObject({ code: 0, stderr: "" });
});

it.each([
  ["a delivery", { region: "eu-central-1", delivery: { enabled: true } }],
  ["no key of its own", { encryption: "sse-s3" as const, retiredKey: false }],
])("allows those of an environment with %s", async (_what, others) => {
  expect(await check(undefined, "dev", others)).toMatchObject({ code: 0, stderr: "" });
});

const inside = (path: string, text: string) => (stacks: string) => {
  mkdirSync(join(stacks, path, ".."), { recursive: true });
  writeFileSync(join(stacks, path), text);
};

it.each([
  ["a module", adding('"module": { "a": { "source": "./a" } }'), "the key module"],
  ["another Terraform file", inside("image-pipeline-core/more.tf", ""), "image-pipeline-core/more.tf is not"],
  [
    "an installed provider",
    inside("image-pipeline-core/.terraform/providers/aws", ""),
    ".terraform/providers/aws is not",
  ],
  [
    "a link to another file",
    (stacks: string) => symlinkSync("/etc/passwd", join(stacks, "image-pipeline-core/assets/a.zip")),
    "assets/a.zip is not",
  ],
])("refuses %s", async (_what, change, fault) => {
  const { code, stderr } = await check(change);
  expect([code, stderr]).toEqual([1, expect.stringContaining(fault)]);
});

/** Replaces parts of the core's JSON object. */
const replacing = (parts: object) => (stacks: string) => {
  const path = join(stacks, STACK);
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...parts }));
};
const readsFile = ["$", '{file("/proc/self/environ")}'].join("");

it.each([
  [
    "a data source that runs a program",
    { data: { external: { a: { program: ["id"] } } } },
    "data source external",
  ],
  [
    "another provider",
    { terraform: { required_providers: { evil: { source: "evil/evil" } } } },
    "provider evil",
  ],
  [
    "a provider of another source",
    { terraform: { required_providers: { aws: { source: "evil/aws" } } } },
    "evil/aws is not allowed",
  ],
  [
    "another endpoint of AWS",
    { provider: { aws: [{ endpoints: [{ sts: "https://evil.example" }] }] } },
    "endpoints",
  ],
  [
    "another backend",
    { terraform: { backend: { http: { address: "https://evil.example" } } } },
    "backend http",
  ],
  [
    "the state of another environment",
    { terraform: { backend: { s3: { bucket: "our-state", key: "prod/a.tfstate" } } } },
    "not that of the environment",
  ],
  ["a resource of another provider", { resource: { null_resource: { a: {} } } }, "resource null_resource"],
  ["a function that reads a file", { output: { a: { value: readsFile } } }, `the expression ${readsFile}`],
  ["a template directive", { output: { a: { value: "%{ if true }a%{ endif }" } } }, "%{ if true }"],
])("refuses %s", async (_what, parts, fault) => {
  const { code, stderr } = await check(replacing(parts));
  expect([code, stderr]).toEqual([1, expect.stringContaining(fault)]);
});

it("leaves only the last of a repeated key, which Terraform would read twice", async () => {
  const { code, text } = await check(adding('"data": { "external": { "a": { "program": ["id"] } } }'));
  expect(code).toBe(0);
  expect(text()).not.toContain("external");
});
