import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const PROVIDER = "registry.terraform.io/hashicorp/aws";
/** Where Terraform itself looks (developer.hashicorp.com/terraform/cli/config/config-file), and where images put one. */
const MIRRORS = [
  join(homedir(), ".terraform.d/plugins"),
  "/usr/share/terraform/plugins",
  "/usr/local/share/terraform/plugins",
  "/opt/*",
];

/** What tier 4 runs with; `providerMirror` is null where Terraform can fetch the provider from its registry. */
export interface Requirements {
  providerMirror: string | null;
  /** What is not there, in words that say how to get it; nothing may run unless it is empty. */
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

/** A version manager puts commands on the path that it may have no program for. */
function runs(command: string, env: NodeJS.ProcessEnv): boolean {
  return spawnSync(command, ["--help"], { env, stdio: "ignore" }).status === 0;
}

async function reachesRegistry(): Promise<boolean> {
  const url = "https://registry.terraform.io/.well-known/terraform.json";
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  return answer?.ok === true;
}
