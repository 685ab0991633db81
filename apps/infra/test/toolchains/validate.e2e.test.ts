import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TOOLCHAIN_NAMES } from "@image-pipeline/schema/toolchains";
import { describe, expect, it } from "vitest";
import { toolchain } from "../../src/toolchain.ts";
import { findRequirements } from "../deploy/requirements.ts";
import { runCommand } from "../deploy/run-command.ts";
import { toCliConfig } from "../deploy/terraform-project.ts";
import { temporaryFolder } from "../deployments.ts";
import { installToolchain } from "./installed-toolchain.ts";
import { CHOSEN, synthesiseWith } from "./synthesise-with.ts";

const STACKS = ["full/stacks/image-pipeline-core-prod", "full/stacks/image-pipeline-delivery-prod"];
const { providerMirror } = await findRequirements(process.env);
const cliConfig = join(temporaryFolder(), "terraform.rc");
writeFileSync(cliConfig, toCliConfig(providerMirror));
const pluginCache = join(import.meta.dirname, "../../node_modules/.cache/terraform-plugins");
mkdirSync(pluginCache, { recursive: true });
const env = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  CHECKPOINT_DISABLE: "1",
  TF_CLI_CONFIG_FILE: cliConfig,
  ...(providerMirror === null && { TF_PLUGIN_CACHE_DIR: pluginCache }),
};

/** Returns the output of a command, or its error. */
async function run(program: string, args: readonly string[], cwd: string) {
  return runCommand(program, args, { cwd, env }).then(
    (output) => ({ output, error: null }),
    (error: unknown) => ({ output: "", error: String(error) }),
  );
}

/** A test is skipped without its program, or without the version of the AWS provider that the stacks ask for. */
describe.each(["terraform", "tofu"])("%s", (program) => {
  it.for(TOOLCHAIN_NAMES)("finds the stacks of %s valid", async (name, { skip }) => {
    const version = await run(program, ["version"], import.meta.dirname);
    if (version.error !== null) skip(`${program} is not installed`);
    const place = name === toolchain ? CHOSEN : await installToolchain(name);
    if ("missing" in place) return skip(`missing ${place.missing}`);
    const outdir = await synthesiseWith(place);
    for (const stack of STACKS) {
      const folder = join(outdir, stack);
      const { error } = await run(program, ["init", "-backend=false", "-input=false", "-no-color"], folder);
      if (error !== null && name !== toolchain)
        skip(`the AWS provider of ${name} is neither in the mirror nor in a registry that can be reached`);
      expect(error).toBeNull();
      expect(await run(program, ["validate", "-no-color"], folder)).toMatchObject({
        output: expect.stringContaining("The configuration is valid"),
      });
    }
  });
});
