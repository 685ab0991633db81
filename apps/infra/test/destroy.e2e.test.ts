import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsClients } from "./deploy/aws-clients.ts";
import { MOTO_ADAPTATIONS } from "./deploy/moto-adaptations.ts";
import { findRequirements } from "./deploy/requirements.ts";
import { type Moto, startMoto } from "./deploy/start-moto.ts";
import { StepLog } from "./deploy/step-log.ts";
import { TerraformProject } from "./deploy/terraform-project.ts";
import { temporaryFolder } from "./deployments.ts";

const CORE = "image-pipeline-core-prod";
const PHOTO = { Bucket: "image-pipeline-prod-uploads-123456789012", Key: "photos/a-cat.jpg" };
/** The parts of the upload bucket that matter for a destroy; its policy would deny this test's own calls in moto. */
const BUCKET = [
  "aws_s3_bucket",
  "aws_s3_bucket_versioning",
  "aws_s3_bucket_server_side_encryption_configuration",
];
const { providerMirror, missing } = await findRequirements(process.env);
const log = new StepLog();

describe.skipIf(missing.length > 0)("an environment that keeps its buckets, such as prod", () => {
  let moto: Moto;
  let project: TerraformProject;
  let s3: S3Client;

  beforeAll(async () => {
    const folder = temporaryFolder();
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
    await project.synth({ PIPELINE_ENVIRONMENT: "prod" });
    await log.step("prod: terraform apply of the upload bucket", () =>
      project.apply(CORE, BUCKET, "Uploads"),
    );
    await s3.send(new PutObjectCommand({ ...PHOTO, Body: "the only copy" }));
  });

  afterAll(async () => {
    await project?.close();
    await moto?.stop();
  });

  it("keeps its buckets, their settings and the key on destroy", async () => {
    await log.step("prod: cdktf destroy '*', which fails", () =>
      expect(project.destroy()).rejects.toThrow("Instance cannot be destroyed"),
    );
    const { Body } = await s3.send(new GetObjectCommand(PHOTO));
    expect(await Body?.transformToString()).toBe("the only copy");
    expect(await types()).toEqual(["aws_kms_key", ...BUCKET].sort());
  });

  it("is destroyed with its objects after a deployment with destroyBucketsWithObjects", async () => {
    await project.change(CORE, ({ resource }) => {
      for (const block of Object.values(resource).flatMap((blocks) => Object.values(blocks)))
        delete block.lifecycle;
      for (const bucket of Object.values(resource.aws_s3_bucket ?? {})) bucket.force_destroy = true;
    });
    await log.step("prod: terraform apply with destroyBucketsWithObjects", () =>
      project.apply(CORE, BUCKET, "Uploads"),
    );
    await log.step("prod: terraform destroy", () =>
      project.terraform(CORE, ["destroy", "-input=false", "-auto-approve"]),
    );
    expect(await types()).toEqual([]);
  });

  /** Returns the types of all resources in the state. */
  async function types(): Promise<string[]> {
    const addresses = await project.terraform(CORE, ["state", "list"]);
    return addresses
      .split("\n")
      .filter((address) => address.startsWith("aws_"))
      .map((address) => address.split(".")[0] ?? "")
      .sort();
  }
});
