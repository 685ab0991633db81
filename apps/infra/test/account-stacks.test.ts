import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { synthesiseAccount } from "../src/synthesise-account.ts";
import { IDENTITY_CONTROLS } from "./controls/identity-controls.ts";
import { CONTROLS } from "./controls/security-table.ts";
import { aDeployment, SynthesisedStack, temporaryFolder } from "./deployments.ts";
import { statementsOf } from "./policies.ts";

const { pipeline } = aDeployment({ ci: { repository: "us/images" }, region: "eu-central-1" });
const outdir = temporaryFolder();
synthesiseAccount({ pipeline, environments: ["dev", "prod"], stateBucket: null }, outdir);
const stack = (name: string) => new SynthesisedStack(join(outdir, "stacks", name, "cdk.tf.json"));
const [state, ci] = [stack("image-pipeline-state"), stack("image-pipeline-ci")];
const trustOf = (id: string) =>
  JSON.parse(String(ci.one("aws_iam_role", id).assume_role_policy)).Statement[0];
const policyOf = (id: string) => ci.one("aws_iam_role_policy", `${id}Policy`).policy;

describe("the state bucket", () => {
  /** All that hold of every bucket and key; nobody logs or notifies about the state. */
  const controls = CONTROLS.filter(({ what }) => /^every (bucket|key) (?!.*(logged|notifies))/.test(what));

  it.each(controls.map((control) => [control.what, control] as const))("keeps to: %s", (_name, control) => {
    expect(control.faults([state])).toEqual([]);
  });

  it("is kept from being destroyed, with old states for a year", () => {
    expect(state.one("aws_s3_bucket", "State/Bucket")).toMatchObject({
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
    expect(
      JSON.stringify(state.one("aws_s3_bucket_lifecycle_configuration", "State/Lifecycle").rule),
    ).toContain('"noncurrent_days":365');
  });

  it("keeps its own state in a file at the root until it is told of the bucket, then under a key of its own", () => {
    expect(state.file.terraform.backend).toEqual({
      local: { path: "../../../../terraform.image-pipeline-state.tfstate" },
    });
    const moved = temporaryFolder();
    synthesiseAccount({ pipeline, environments: ["dev"], stateBucket: "our-state" }, moved);
    const { backend } = new SynthesisedStack(join(moved, "stacks/image-pipeline-state/cdk.tf.json")).file
      .terraform;
    expect(backend).toMatchObject({
      s3: {
        bucket: "our-state",
        key: "account/image-pipeline-state.tfstate",
        use_lockfile: true,
        encrypt: true,
      },
    });
  });
});

describe("GitHub Actions", () => {
  it("may take the role that plans from pull requests and the deployed branch of this repository alone", () => {
    expect(trustOf("Plan")).toEqual({
      Effect: "Allow",
      Principal: { Federated: ci.reference("aws_iam_openid_connect_provider", "GitHub", "arn") },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": [
            "repo:us/images:pull_request",
            "repo:us/images:ref:refs/heads/main",
          ],
        },
      },
    });
  });

  it.each([
    ["ApplyDev", "dev"],
    ["ApplyProd", "prod"],
  ])("may take %s from the GitHub environment %s alone, and change nothing of another", (id, environment) => {
    expect(trustOf(id).Condition.StringEquals["token.actions.githubusercontent.com:sub"]).toEqual([
      `repo:us/images:environment:${environment}`,
    ]);
    const other = environment === "dev" ? "prod" : "dev";
    expect(policyOf(id)).not.toContain(`-${other}`);
    expect(policyOf(id)).not.toContain(`/${other}/`);
  });

  it("may not change anything with the role that plans, but for the lock of a state", () => {
    const changing = statementsOf(policyOf("Plan")).filter(({ Action }) =>
      Action.some((action) => !/:(Get|List|Describe|Validate)/.test(action)),
    );
    expect(changing.map(({ Sid }) => Sid)).toEqual(["LockState", "UseStateKey"]);
  });

  it("may not read an object, a message or a secret with the role that plans, but for the states", () => {
    const actions = statementsOf(policyOf("Plan"))
      .filter(({ Sid }) => !/State/.test(Sid))
      .flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /GetObject|ReceiveMessage|secretsmanager|ssm:/.test(action))).toEqual(
      [],
    );
  });

  it.each(["Plan", "ApplyDev", "ApplyProd"])(
    "has no action of a whole service in %s, nor more text than IAM takes",
    (id) => {
      const wildcards = statementsOf(policyOf(id))
        .flatMap(({ Action }) => Action)
        .filter((action) => /:\*$|^\*$/.test(action));
      expect(wildcards).toEqual([]);
      // docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; references grow by some characters each.
      expect(String(policyOf(id)).length).toBeLessThan(10_240);
    },
  );

  it("has no users and no managed policies", () => {
    const control = IDENTITY_CONTROLS.find(({ what }) => what.startsWith("there are no users"));
    expect(control?.faults([ci])).toEqual([]);
  });

  it("has no stack at all without a repository in the config", () => {
    const folder = temporaryFolder();
    synthesiseAccount({ pipeline: aDeployment().pipeline, environments: ["dev"], stateBucket: null }, folder);
    expect(() => new SynthesisedStack(join(folder, "stacks/image-pipeline-ci/cdk.tf.json"))).toThrow();
  });
});
