import { join } from "node:path";
import { definePipeline, pipelineFor } from "@image-pipeline/schema/config";
import { expect, it } from "vitest";
import { inAccountOf } from "../src/account-deployment.ts";
import { synthesiseAccount } from "../src/synthesise.ts";
import { aDeployment, SynthesisedStack, synthesised, temporaryFolder } from "./deployments.ts";

const { pipeline } = aDeployment({ ci: { repository: "us/images" } });
const outdir = temporaryFolder();
synthesiseAccount(
  {
    pipeline,
    environments: ["dev", "prod"],
    regions: { dev: "us-east-1", prod: "eu-west-1" },
    existingBuckets: {},
    stateBucket: "our-state",
    stateRegion: "eu-central-1",
  },
  outdir,
);
const stackOf = (id: string) => new SynthesisedStack(join(outdir, `stacks/${id}/cdk.tf.json`));
const ci = stackOf("image-pipeline-ci");
/** Returns the texts of a role's policies: the inline one, and the managed ones with a number. */
const policyOf = (id: string) =>
  [...ci.all("aws_iam_role_policy"), ...ci.all("aws_iam_policy")]
    .filter(([path]) => new RegExp(`^${id}Policy\\d*$`).test(path))
    .map(([, { policy }]) => String(policy))
    .join("\n");

it("looks for an environment's state in the state bucket's region, not in its own", () => {
  const deployment = aDeployment({ environment: "prod", region: "eu-west-1", stateBucket: "our-state" });
  const { core } = synthesised({ ...deployment, stateRegion: "eu-central-1" });
  expect(core.file.terraform.backend).toMatchObject({ s3: { region: "eu-central-1" } });
  expect(core.file.provider.aws[0]?.region).toBe("eu-west-1");
});

it("creates the state bucket in its own region", () => {
  expect(stackOf("image-pipeline-state").file.provider.aws[0]?.region).toBe("eu-central-1");
});

it("allows each apply role its environment's region and the state's, and no other", () => {
  const regionsIn = (id: string) => new Set(policyOf(id).match(/(us-east|eu-west|eu-central)-1/g) ?? []);
  expect(regionsIn("ApplyProd")).toEqual(new Set(["eu-west-1", "eu-central-1"]));
  expect(regionsIn("ApplyDev")).toEqual(new Set(["us-east-1", "eu-central-1"]));
  expect(regionsIn("Plan")).toEqual(new Set(["us-east-1", "eu-west-1", "eu-central-1"]));
});

it("gives an account only the roles of its own environments", () => {
  const pipelines = definePipeline({
    presets: pipeline.presets,
    environments: {
      dev: { accountId: "111111111111" },
      test: { accountId: "111111111111" },
      prod: { accountId: "222222222222" },
    },
  });
  const of = (name: string) => [...inAccountOf(pipelineFor(pipelines, name), pipelines).keys()];
  expect([of("dev"), of("prod")]).toEqual([["dev", "test"], ["prod"]]);
});
