import type { AccountDeployment } from "../../src/account-deployment.ts";
import { aDeployment } from "../deployments.ts";

/** The most environments that the sizes of the roles' policies are tested with. */
const NAMES = ["dev", "test", "integration-west", "integration-east", "staging", "demo", "training", "prod"];

/** The largest account that is tested: eight environments, the longest name and an existing upload bucket. */
export const EIGHT_ENVIRONMENTS: AccountDeployment = {
  pipeline: aDeployment({
    name: "twenty-letters-name1",
    region: "us-gov-west-1",
    ci: { repository: "us/images" },
  }).pipeline,
  environments: NAMES,
  existingBuckets: { prod: "team-uploads" },
  deliveries: [
    { environment: "prod", zoneId: "Z0123456789ABCDEFGHIJ" },
    { environment: "dev", zoneId: null },
  ],
  stateBucket: null,
};
