import { globSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { BackgroundProcess } from "./background-process.ts";
import type { CommandOptions } from "./run-command.ts";

/** The folder is a link if the provider comes from a mirror. */
const FOLDER = ".terraform/providers/registry.terraform.io/hashicorp/aws/*/*";
/** Variables that the provider must not see: it cannot load a CA bundle a second time. */
const WITHOUT = { AWS_CA_BUNDLE: undefined };

/**
 * Starts the AWS provider that `terraform init` has installed, once for all commands of a test: Terraform would start it several
 * times in each command (developer.hashicorp.com/terraform/plugin/debugging#running-providers-in-debug-mode).
 *
 * @param stackFolder a stack after `terraform init`
 * @returns a process whose address is the value of TF_REATTACH_PROVIDERS
 */
export function startSharedProvider(
  stackFolder: string,
  options: CommandOptions,
): Promise<BackgroundProcess> {
  const [folder = ""] = globSync(FOLDER, { cwd: stackFolder });
  const binary = readdirSync(join(stackFolder, folder)).find((name) =>
    name.startsWith("terraform-provider-aws"),
  );
  if (binary === undefined) throw new Error(`terraform init has installed no AWS provider in ${stackFolder}`);
  return BackgroundProcess.start({
    command: join(stackFolder, folder, binary),
    args: ["-debug"],
    cwd: options.cwd,
    env: { ...options.env, ...WITHOUT },
    ready: /TF_REATTACH_PROVIDERS='(.+)'/,
  });
}
