import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const PROVIDER = "registry.terraform.io/hashicorp/aws";
/** Folders in which Terraform looks (developer.hashicorp.com/terraform/cli/config/config-file), and common ones of images. */
const MIRRORS = [
  join(homedir(), ".terraform.d/plugins"),
  "/usr/share/terraform/plugins",
  "/usr/local/share/terraform/plugins",
  "/opt/*",
];

/** Requirements of tier 4; `providerMirror` is null if Terraform can download the provider from its registry. */
export interface Requirements {
  providerMirror: string | null;
  /** Missing programs with a hint to install each; tier 4 runs only if it is empty. */
  missing: string[];
}

export async function findRequirements(env: NodeJS.ProcessEnv): Promise<Requirements> {
  const providerMirror = env.TF_PLUGIN_MIRROR || findMirror();
  const missing: string[] = [];
  if (!isOnPath("terraform", env))
    missing.push("terraform 1.11 or newer (developer.hashicorp.com/terraform)");
  if (!runs("moto_server", env)) missing.push("moto_server (pip install 'moto[server]==5.2.1')");
  if (providerMirror === null && !(await reachesRegistry()))
    missing.push("the AWS provider (a mirror named by TF_PLUGIN_MIRROR, or a way to registry.terraform.io)");
  return { providerMirror, missing };
}

function findMirror(): string | null {
  return globSync(MIRRORS).find((folder) => existsSync(join(folder, PROVIDER))) ?? null;
}

function isOnPath(command: string, env: NodeJS.ProcessEnv): boolean {
  return (env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, command)));
}

/** Runs the command: a version manager may have it on the path without a program. */
function runs(command: string, env: NodeJS.ProcessEnv): boolean {
  return spawnSync(command, ["--help"], { env, stdio: "ignore" }).status === 0;
}

async function reachesRegistry(): Promise<boolean> {
  const url = "https://registry.terraform.io/.well-known/terraform.json";
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  return answer?.ok === true;
}
