/** Synthesises stacks with every type of resource into a folder: `node synthesise-everything.ts FOLDER`. */
import { join } from "node:path";
import { synthesise, synthesiseAccount } from "../../src/synthesise.ts";
import { aDeployment } from "../deployments.ts";
import { FULL_DEPLOYMENT } from "../full-deployment.ts";
import { EIGHT_ENVIRONMENTS } from "../reference/eight-environments.ts";

const DEPLOYMENTS = {
  default: aDeployment({
    budget: { imagesPerHour: 1000, stop: true },
    uploads: { allowedOrigins: ["https://www.example.com"] },
  }),
  full: FULL_DEPLOYMENT,
  other: aDeployment({
    environment: "test",
    stateBucket: "states",
    encryption: "sse-s3",
    retiredKey: true,
    uploads: { trigger: "eventbridge", existingBucket: "team-uploads" },
    deployments: { canaryMinutes: 10 },
    vpc: { subnetIds: ["subnet-0123456789abcdef0"], securityGroupIds: ["sg-0123456789abcdef0"] },
  }),
};

const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: node synthesise-everything.ts FOLDER");
for (const [name, deployment] of Object.entries(DEPLOYMENTS)) synthesise(deployment, join(folder, name));
synthesiseAccount(EIGHT_ENVIRONMENTS, join(folder, "account"));
const { pipeline } = aDeployment({ ci: { repository: "us/images", existingProvider: true } });
synthesiseAccount({ ...EIGHT_ENVIRONMENTS, pipeline }, join(folder, "existing-provider"));
