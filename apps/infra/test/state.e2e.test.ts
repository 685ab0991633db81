import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
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
const MINUTES = 60_000;
const { providerMirror, missing } = await findRequirements(process.env);
const log = new StepLog();

describe.skipIf(missing.length > 0)("Terraform's state, by the two commands of the README", () => {
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
  }, 7 * MINUTES);

  afterAll(async () => {
    await moto?.stop();
  });

  const keys = async (): Promise<(string | undefined)[]> => {
    const { s3 } = awsClients(moto.address);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    return Contents.map(({ Key }) => Key);
  };

  it("begins in a file, with the bucket named as an output", async () => {
    expect((await project.outputs(STACK)).state_bucket_name).toBe(BUCKET);
    expect(await keys()).toEqual([]);
  });

  it(
    "is moved into the bucket it has made, where a plan then finds nothing to change",
    async () => {
      await project.synth({ PIPELINE_STATE_BUCKET: BUCKET });
      await log.step("state: moved into the bucket", () => project.deploy("--migrate-state"));
      expect(await keys()).toEqual([KEY]);
      await expect(
        project.terraform(STACK, ["plan", "-input=false", "-detailed-exitcode"]),
      ).resolves.toContain("No changes");
    },
    2 * MINUTES,
  );

  it(
    "is refused to a second one while it is locked",
    async () => {
      const { s3 } = awsClients(moto.address);
      const lock = { Bucket: BUCKET, Key: `${KEY}.tflock` };
      const Body = JSON.stringify({
        ID: "somebody-else",
        Operation: "OperationTypeApply",
        Who: "a colleague",
      });
      await s3.send(new PutObjectCommand({ ...lock, Body }));
      await expect(project.terraform(STACK, ["plan", "-input=false"])).rejects.toThrow(
        "Error acquiring the state lock",
      );
      await s3.send(new DeleteObjectCommand(lock));
      await expect(project.terraform(STACK, ["plan", "-input=false"])).resolves.toContain("No changes");
    },
    MINUTES,
  );

  it(
    "is read by another stack that is allowed to",
    async () => {
      const folder = join(project.folder, "reader");
      await mkdir(folder);
      await writeFile(join(folder, "main.tf.json"), JSON.stringify(aReader()));
      const options = { cwd: folder, env: project.env };
      await runCommand("terraform", ["init", "-input=false"], options);
      await runCommand("terraform", ["apply", "-input=false", "-auto-approve"], options);
      const read = await runCommand("terraform", ["output", "-raw", "bucket"], options);
      expect(read).toBe(BUCKET);
    },
    MINUTES,
  );

  it(
    "is not destroyed by mistake",
    async () => {
      await expect(project.terraform(STACK, ["plan", "-destroy", "-input=false"])).rejects.toThrow(
        "Instance cannot be destroyed",
      );
    },
    MINUTES,
  );
});

/** A stack of one's own that takes the bucket's name from the state's outputs. */
function aReader() {
  const config = { bucket: BUCKET, key: KEY, region: "us-east-1", use_path_style: true };
  return {
    data: { terraform_remote_state: { state: { backend: "s3", config } } },
    output: { bucket: { value: `\${data.terraform_remote_state.state.outputs.state_bucket_name}` } },
  };
}
