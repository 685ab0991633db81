import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsClients } from "./deploy/aws-clients.ts";
import { STATE_ADAPTATIONS } from "./deploy/moto-adaptations.ts";
import { findRequirements } from "./deploy/requirements.ts";
import { runCommand } from "./deploy/run-command.ts";
import { type Moto, startMoto } from "./deploy/start-moto.ts";
import { StepLog } from "./deploy/step-log.ts";
import { TerraformProject } from "./deploy/terraform-project.ts";
import { temporaryFolder } from "./deployments.ts";

const STACK = "image-pipeline-state";
const BUCKET = "image-pipeline-state-123456789012";
const KEY = "account/image-pipeline-state.tfstate";
const { providerMirror, missing } = await findRequirements(process.env);
const log = new StepLog();

describe.skipIf(missing.length > 0)("Terraform's state, by the two commands in docs/deploying.md", () => {
  let moto: Moto;
  let project: TerraformProject;

  beforeAll(async () => {
    const folder = temporaryFolder();
    moto = await startMoto(folder);
    project = await TerraformProject.create({
      folder,
      endpoint: moto.address,
      stateMachines: moto.stateMachines,
      providerMirror,
      main: "account-main.ts",
      outdir: "cdktf.out/account",
      adaptations: STATE_ADAPTATIONS,
    });
    await project.synth();
    await log.step("state: account deploy image-pipeline-state", () => project.deploy());
  });

  afterAll(async () => {
    await project?.close();
    await moto?.stop();
  });

  const keys = async (): Promise<(string | undefined)[]> => {
    const { s3 } = awsClients(moto.address);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    return Contents.map(({ Key }) => Key);
  };

  it("starts in a file, with the name of the bucket as an output", async () => {
    expect((await project.outputs(STACK)).state_bucket_name).toBe(BUCKET);
    expect(await keys()).toEqual([]);
  });

  it("is migrated to the new bucket, after which a plan finds no change", async () => {
    await project.synth({ PIPELINE_STATE_BUCKET: BUCKET });
    await log.step("state: migrated to the bucket", () => project.deploy("--migrate-state"));
    expect(await keys()).toEqual([KEY]);
    await expect(project.terraform(STACK, ["plan", "-input=false", "-detailed-exitcode"])).resolves.toContain(
      "No changes",
    );
  });

  it("is encrypted with its own key, not with S3's", async () => {
    const { s3 } = awsClients(moto.address);
    const { ServerSideEncryption, SSEKMSKeyId } = await s3.send(
      new HeadObjectCommand({ Bucket: BUCKET, Key: KEY }),
    );
    expect([ServerSideEncryption, SSEKMSKeyId]).toEqual([
      "aws:kms",
      (await project.outputs(STACK)).state_key_arn,
    ]);
  });

  it("is locked for a second command", async () => {
    const { s3 } = awsClients(moto.address);
    const lock = { Bucket: BUCKET, Key: `${KEY}.tflock` };
    const Body = JSON.stringify({
      ID: "another-command",
      Operation: "OperationTypeApply",
      Who: "a colleague",
    });
    await s3.send(new PutObjectCommand({ ...lock, Body }));
    await expect(project.terraform(STACK, ["plan", "-input=false"])).rejects.toThrow(
      "Error acquiring the state lock",
    );
    await s3.send(new DeleteObjectCommand(lock));
    await expect(project.terraform(STACK, ["plan", "-input=false"])).resolves.toContain("No changes");
  });

  it("can be read by another stack", async () => {
    const folder = join(project.folder, "reader");
    await mkdir(folder);
    await writeFile(join(folder, "main.tf.json"), JSON.stringify(aReader()));
    const options = { cwd: folder, env: project.env };
    await runCommand("terraform", ["init", "-input=false"], options);
    await runCommand("terraform", ["apply", "-input=false", "-auto-approve"], options);
    const read = await runCommand("terraform", ["output", "-raw", "bucket"], options);
    expect(read).toBe(BUCKET);
  });

  it("is protected from a destroy", async () => {
    await expect(project.terraform(STACK, ["plan", "-destroy", "-input=false"])).rejects.toThrow(
      "Instance cannot be destroyed",
    );
  });
});

/** Returns a stack that reads the bucket's name from the state's outputs. */
function aReader() {
  const config = { bucket: BUCKET, key: KEY, region: "us-east-1", use_path_style: true };
  return {
    data: { terraform_remote_state: { state: { backend: "s3", config } } },
    output: { bucket: { value: `\${data.terraform_remote_state.state.outputs.state_bucket_name}` } },
  };
}
