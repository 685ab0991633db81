import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BackgroundProcess } from "./background-process.ts";
import type { Keys } from "./enforced-iam.ts";
import { asDeployedOnAws } from "./moto-adaptations.ts";
import type { TerraformProject } from "./terraform-project.ts";

/**
 * Runs the deployed functions against the deployed services, as Lambda would, which moto does not. Uploads go through its
 * address, which sends S3's notifications.
 */
export async function attachHost(
  project: TerraformProject,
  endpoint: string,
  { accessKeyId, secretAccessKey }: Keys,
): Promise<BackgroundProcess> {
  const states: string[] = [];
  for (const stack of await project.stacks()) {
    const path = join(project.stackFolder(stack), "deployed.json");
    await writeFile(path, JSON.stringify(asDeployedOnAws(JSON.parse(await project.state(stack)))));
    states.push("--state", path);
  }
  const attach = fileURLToPath(new URL("attach.ts", import.meta.resolve("@image-pipeline/local")));
  return BackgroundProcess.start({
    command: process.execPath,
    args: [attach, ...states, "--endpoint", endpoint],
    cwd: project.folder,
    env: { ...project.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    ready: /"ready":\s*"(http:[^"]+)"/,
  });
}
