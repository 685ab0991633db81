import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetBucketNotificationConfigurationCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsClients } from "./deploy/aws-clients.ts";
import { MOTO_ADAPTATIONS } from "./deploy/moto-adaptations.ts";
import { findRequirements } from "./deploy/requirements.ts";
import { type Moto, startMoto } from "./deploy/start-moto.ts";
import { StepLog } from "./deploy/step-log.ts";
import { TerraformProject } from "./deploy/terraform-project.ts";
import { temporaryFolder } from "./deployments.ts";

const CORE = "image-pipeline-core";
const NOTIFICATIONS = "image-pipeline-notifications";
const { providerMirror, missing } = await findRequirements(process.env);
const log = new StepLog();

/** A program that synthesises `dev` with EventBridge as its trigger. */
const PROGRAM = `
import { definePipeline, pipelineFor } from "${import.meta.resolve("@image-pipeline/schema/config")}";
import { toNames } from "${import.meta.resolve("@image-pipeline/schema/names")}";
import { findHandlerZips } from "${new URL("../src/handler-zips.ts", import.meta.url)}";
import { synthesise } from "${new URL("../src/synthesise.ts", import.meta.url)}";
const presets = { thumb: { width: 16, formats: ["webp"] } };
const uploads = { trigger: "eventbridge", prefix: "photos/", suffixes: [".jpg", ".png"] };
const pipeline = pipelineFor(definePipeline({ presets, uploads, environments: { dev: {} } }), "dev");
const deployment = { pipeline, names: toNames(pipeline), zips: findHandlerZips(pipeline), stateBucket: null };
synthesise(deployment, process.env.CDKTF_OUTDIR);
`;

describe.skipIf(missing.length > 0)("the stacks of a pipeline that EventBridge starts", () => {
  let moto: Moto;
  let project: TerraformProject;
  let s3: S3Client;

  beforeAll(async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, "main.ts"), PROGRAM);
    moto = await startMoto(folder);
    ({ s3 } = awsClients(moto.address));
    project = await TerraformProject.create({
      folder,
      endpoint: moto.address,
      stateMachines: moto.stateMachines,
      providerMirror,
      main: "main.ts",
      outdir: "cdktf.out",
      adaptations: MOTO_ADAPTATIONS,
    });
    await project.synth({}, folder);
    // Of the core stack only what the other refers to by name.
    await log.step("terraform apply of ingest", () => project.apply(CORE, ["aws_lambda_function"], "Ingest"));
    await log.step("terraform apply of the upload bucket", () =>
      project.apply(CORE, ["aws_s3_bucket"], "Uploads"),
    );
    await log.step("terraform apply of the rule", () =>
      project.terraform(NOTIFICATIONS, ["apply", "-input=false", "-auto-approve"]),
    );
  });

  afterAll(async () => {
    await project?.close();
    await moto?.stop();
  });

  it("have the bucket send its events to EventBridge", async () => {
    const Bucket = "image-pipeline-dev-uploads-123456789012";
    const { EventBridgeConfiguration, LambdaFunctionConfigurations } = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket }),
    );
    expect([EventBridgeConfiguration, LambdaFunctionConfigurations]).toEqual([{}, undefined]);
  });

  it("need no change after a deployment", async () => {
    // Terraform exits with 2, which fails the step, if it finds a change.
    await log.step("terraform plan of the rule", () => project.plan(NOTIFICATIONS, "-detailed-exitcode"));
  });

  it("are destroyed without a rest", async () => {
    await log.step("terraform destroy of the rule", () =>
      project.terraform(NOTIFICATIONS, ["destroy", "-input=false", "-auto-approve"]),
    );
    expect(await project.terraform(NOTIFICATIONS, ["state", "list"])).not.toContain("aws_cloudwatch");
  });
});
