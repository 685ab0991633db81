import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { synthesise, synthesiseAccount } from "../src/synthesise.ts";
import {
  aDeployment,
  SynthesisedStack,
  synthesised,
  synthesisedWorkflow,
  temporaryFolder,
} from "./deployments.ts";

const parts = { analysis: { enabled: true }, workflow: { enabled: true } };
const stacksOf = (settings: Parameters<typeof aDeployment>[0]) => {
  const deployment = aDeployment({ ...parts, ...settings });
  return [synthesised(deployment).core, synthesisedWorkflow(deployment)];
};
const TYPES = ["aws_kms_key", "aws_s3_bucket", "aws_sqs_queue"];
const lifecyclesOf = (stack: SynthesisedStack) =>
  TYPES.flatMap((type) => [...stack.all(type).values()].map(({ lifecycle }) => lifecycle));

describe("keys, buckets and queues", () => {
  it("cannot be destroyed or replaced by Terraform", () => {
    const lifecycles = stacksOf({}).flatMap(lifecyclesOf);
    expect(lifecycles.length).toBeGreaterThan(12);
    for (const lifecycle of lifecycles) expect(lifecycle).toEqual({ prevent_destroy: true });
  });

  it("can be destroyed in an environment with destroyBucketsWithObjects", () => {
    for (const stack of stacksOf({ destroyBucketsWithObjects: true }))
      expect(JSON.stringify(stack.file)).not.toContain("prevent_destroy");
  });

  it("of the state cannot be destroyed, whatever the environments allow", () => {
    const { pipeline } = aDeployment({ destroyBucketsWithObjects: true });
    const outdir = temporaryFolder();
    synthesiseAccount({ pipeline, environments: ["dev"], existingBuckets: {}, stateBucket: null }, outdir);
    const state = new SynthesisedStack(join(outdir, "stacks/image-pipeline-state/cdk.tf.json"));
    expect(lifecyclesOf(state)).toEqual([{ prevent_destroy: true }, { prevent_destroy: true }]);
  });
});

describe("a change from kms to sse-s3", () => {
  const before = stacksOf({});

  it("is refused until the config says what happens to the key", () => {
    expect(() => synthesise(aDeployment({ encryption: "sse-s3" }), temporaryFolder())).toThrow(
      'encryption is "sse-s3", so retiredKey must be set: true if "dev" was ever deployed with "kms"',
    );
  });

  it("keeps the key with its address, and the permissions to decrypt, with retiredKey: true", () => {
    const after = stacksOf({ encryption: "sse-s3", retiredKey: true });
    for (const [index, stack] of after.entries()) {
      expect(stack.file.resource.aws_kms_key).toEqual(before[index]?.file.resource.aws_kms_key);
      expect(stack.file.resource.aws_kms_alias).toEqual(before[index]?.file.resource.aws_kms_alias);
      expect(stack.file.resource.aws_iam_role_policy).toEqual(
        before[index]?.file.resource.aws_iam_role_policy,
      );
    }
  });

  it("encrypts nothing new with a retired key", () => {
    const text = JSON.stringify(stacksOf({ encryption: "sse-s3", retiredKey: true }).map(({ file }) => file));
    expect(text).not.toMatch(/kms_master_key_id|"kms_key_id"|"kms_key_arn"|aws:kms"/);
  });

  it("forgets the key instead of destroying it with retiredKey: false", () => {
    const after = stacksOf({ encryption: "sse-s3", retiredKey: false });
    for (const [index, stack] of after.entries()) {
      const had = before[index]?.file.resource ?? {};
      const addresses = ["aws_kms_key", "aws_kms_alias"].flatMap((type) =>
        Object.keys(had[type] ?? {}).map((id) => `${type}.${id}`),
      );
      expect(stack.all("aws_kms_key").size).toBe(0);
      expect(stack.file.removed).toEqual(addresses.map((from) => ({ from, lifecycle: { destroy: false } })));
    }
  });

  it.each([
    [true, 'Keeps the retired KMS key of "dev"'],
    [false, "everything that key encrypted cannot be read after this deployment"],
  ])("prints what is at stake with retiredKey: %s", (retiredKey, note) => {
    const { notes } = synthesise(aDeployment({ encryption: "sse-s3", retiredKey }), temporaryFolder());
    expect(notes.join("\n")).toContain(note);
  });
});

describe("a change of name or region", () => {
  const guardOf = (stack: SynthesisedStack) => stack.one("terraform_data", "Deployed");

  it("is compared with the state of every stack, in environments whose buckets may be destroyed too", () => {
    for (const stack of stacksOf({ destroyBucketsWithObjects: true }))
      expect(guardOf(stack)).toMatchObject({
        input: { name: "image-pipeline", region: "us-east-1" },
        lifecycle: {
          ignore_changes: ["input"],
          postcondition: [
            {
              condition: `\${self.output.name == "image-pipeline" && self.output.region == "us-east-1"}`,
              error_message: expect.stringMatching(
                /^The state of image-pipeline-\w+ is of "\$\{self\.output\.name\}" in \$\{self\.output\.region\}, /,
              ),
            },
          ],
        },
      });
  });

  it("is refused with what it would destroy", () => {
    const [core] = stacksOf({});
    expect(JSON.stringify(core && guardOf(core))).toMatch(
      /To deploy it would destroy 3 buckets with their objects, \d+ queues with their messages, 1 key, \d+ other resources\./,
    );
  });
});
