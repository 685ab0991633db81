import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MOTO_ADAPTATIONS } from "./deploy/moto-adaptations.ts";
import { toPlannedChanges } from "./deploy/planned-changes.ts";
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

  beforeAll(async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, "main.ts"), PROGRAM);
    moto = await startMoto(folder);
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
    await log.step("terraform apply of ingest", () =>
      project.apply(CORE, ["aws_lambda_function", "aws_lambda_alias"], "Ingest"),
    );
    await log.step("terraform apply of the upload bucket", () =>
      project.apply(CORE, ["aws_s3_bucket"], "Uploads"),
    );
    await project.terraform(NOTIFICATIONS, ["init", "-input=false"]);
    await log.step("terraform apply of the rule", () =>
      project.terraform(NOTIFICATIONS, ["apply", "-input=false", "-auto-approve"]),
    );
  });

  afterAll(async () => {
    await project?.close();
    await moto?.stop();
  });

  it("are planned without a change after a deployment, but for what moto does not return", async () => {
    const changes = toPlannedChanges(await project.plan(NOTIFICATIONS));
    expect(changes.filter(({ why }) => why === null)).toEqual([]);
    // The bucket sends its events to EventBridge: the one setting that moto omits from its answer.
    expect(changes.map(({ what }) => what)).toEqual([
      "update aws_s3_bucket_notification.Notification: eventbridge",
    ]);
  });

  it("are destroyed without a rest", async () => {
    await log.step("terraform destroy of the rule", () =>
      project.terraform(NOTIFICATIONS, ["destroy", "-input=false", "-auto-approve"]),
    );
    expect(await project.terraform(NOTIFICATIONS, ["state", "list"])).not.toContain("aws_cloudwatch");
  });
});
