import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { synthesiseAccount } from "../src/synthesise.ts";
import { IDENTITY_CONTROLS } from "./controls/identity-controls.ts";
import { CONTROLS } from "./controls/security-table.ts";
import { aDeployment, SynthesisedStack, temporaryFolder } from "./deployments.ts";
import { statementsOf } from "./policies.ts";

const { pipeline } = aDeployment({ ci: { repository: "us/images" }, region: "eu-central-1" });
const outdir = temporaryFolder();
synthesiseAccount(
  { pipeline, environments: ["dev", "prod"], existingBuckets: {}, stateBucket: null },
  outdir,
);
const stack = (name: string) => new SynthesisedStack(join(outdir, "stacks", name, "cdk.tf.json"));
const [state, ci] = [stack("image-pipeline-state"), stack("image-pipeline-ci")];
const trustOf = (id: string) =>
  JSON.parse(String(ci.one("aws_iam_role", id).assume_role_policy)).Statement[0];
const policyOf = (id: string) => ci.one("aws_iam_role_policy", `${id}Policy`).policy;

describe("the state bucket", () => {
  /** Controls for every bucket and key; the state bucket has no access log and no notification. */
  const controls = CONTROLS.filter(({ what }) => /^every (bucket|key) (?!.*(logged|notifies))/.test(what));

  it.each(controls.map((control) => [control.what, control] as const))(
    "meets the control: %s",
    (_name, control) => {
      expect(control.faults([state])).toEqual([]);
    },
  );

  it("is protected from being destroyed and keeps old states for a year", () => {
    expect(state.one("aws_s3_bucket", "State/Bucket")).toMatchObject({
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
    expect(
      JSON.stringify(state.one("aws_s3_bucket_lifecycle_configuration", "State/Lifecycle").rule),
    ).toContain('"noncurrent_days":365');
  });

  it("keeps its own state in a local file, and in the bucket once PIPELINE_STATE_BUCKET is set", () => {
    expect(state.file.terraform.backend).toEqual({
      local: { path: "../../../../terraform.image-pipeline-state.tfstate" },
    });
    const moved = temporaryFolder();
    synthesiseAccount(
      { pipeline, environments: ["dev"], existingBuckets: {}, stateBucket: "our-state" },
      moved,
    );
    const { backend } = new SynthesisedStack(join(moved, "stacks/image-pipeline-state/cdk.tf.json")).file
      .terraform;
    expect(backend).toMatchObject({
      s3: { bucket: "our-state", key: "account/image-pipeline-state.tfstate", use_lockfile: true },
    });
  });

  it("leaves the encryption of states to the bucket's default, the state's own key", () => {
    const moved = temporaryFolder();
    synthesiseAccount(
      { pipeline, environments: ["dev"], existingBuckets: {}, stateBucket: "our-state" },
      moved,
    );
    const { file } = new SynthesisedStack(join(moved, "stacks/image-pipeline-state/cdk.tf.json"));
    // `encrypt: true` without a key would make Terraform ask for AES256.
    expect(JSON.stringify(file.terraform)).not.toContain("encrypt");
    const { rule } = state.one("aws_s3_bucket_server_side_encryption_configuration", "State/Encryption");
    const key = state.reference("aws_kms_key", "Encryption/Key", "arn");
    expect(JSON.stringify(rule)).toContain(`"sse_algorithm":"aws:kms"`);
    expect(JSON.stringify(rule)).toContain(key);
  });
});

describe("GitHub Actions", () => {
  it("may assume the plan role only from the environments for plans of this repository", () => {
    expect(trustOf("Plan")).toEqual({
      Effect: "Allow",
      Principal: { Federated: ci.reference("aws_iam_openid_connect_provider", "GitHub", "arn") },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": [
            "repo:us/images:environment:dev-plan",
            "repo:us/images:environment:prod-plan",
          ],
        },
      },
    });
  });

  it.each([
    ["ApplyDev", "dev"],
    ["ApplyProd", "prod"],
  ])(
    "may assume %s only from main in the GitHub environment %s, and may change no other environment",
    (id, environment) => {
      expect(trustOf(id).Condition.StringEquals).toEqual({
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": [`repo:us/images:environment:${environment}`],
        "token.actions.githubusercontent.com:ref": "refs/heads/main",
      });
      const other = environment === "dev" ? "prod" : "dev";
      expect(policyOf(id)).not.toContain(`-${other}`);
      expect(policyOf(id)).not.toContain(`/${other}/`);
    },
  );

  it("may change nothing with the plan role except reviewed plans and the lock of a state, and decrypts only settings and states", () => {
    const changing = statementsOf(policyOf("Plan")).filter(({ Action }) =>
      Action.some((action) => !/:(Get|List|Describe|Validate)/.test(action)),
    );
    expect(changing.map(({ Sid }) => Sid)).toEqual([
      "ReadSettingsUnderKeys",
      "LockState",
      "KeepPlans",
      "UseStateKey",
    ]);
  });

  it("may read no object, message or secret with the plan role except the states", () => {
    const actions = statementsOf(policyOf("Plan"))
      .filter(({ Sid }) => !/State/.test(Sid))
      .flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /GetObject|ReceiveMessage|secretsmanager|ssm:/.test(action))).toEqual(
      [],
    );
  });

  it.each(["Plan", "ApplyDev", "ApplyProd"])("has no wildcard for a whole service in %s", (id) => {
    const wildcards = statementsOf(policyOf(id))
      .flatMap(({ Action }) => Action)
      .filter((action) => /:\*$|^\*$/.test(action));
    expect(wildcards).toEqual([]);
  });

  it("creates no users and attaches no managed policies of AWS", () => {
    const control = IDENTITY_CONTROLS.find(({ what }) => what.startsWith("there are no users"));
    const faults = control?.faults([ci]).filter((fault) => !/\.Apply\w+Policy\d+Attachment$/.test(fault));
    expect(faults).toEqual([]);
  });

  it("has no stack if the config names no repository", () => {
    const folder = temporaryFolder();
    synthesiseAccount(
      { pipeline: aDeployment().pipeline, environments: ["dev"], existingBuckets: {}, stateBucket: null },
      folder,
    );
    expect(() => new SynthesisedStack(join(folder, "stacks/image-pipeline-ci/cdk.tf.json"))).toThrow();
  });
});
