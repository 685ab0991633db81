import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import cdktfCli from "cdktf-cli/package.json" with { type: "json" };
import { z } from "zod";
import type { BackgroundProcess } from "./background-process.ts";
import { type MotoAdaptation, StackFile } from "./moto-adaptations.ts";
import { runCommand } from "./run-command.ts";
import { startSharedProvider } from "./shared-provider.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const SOURCES = join(import.meta.dirname, "../../src");
const CDKTF = fileURLToPath(import.meta.resolve(`cdktf-cli/${Object.values(cdktfCli.bin)[0]}`));
const Manifest = z.object({ stacks: z.record(z.string(), z.unknown()) });
/** The deliveries of logs have an ARN only. */
const Attributes = z.union([
  z.object({ id: z.string() }),
  z.object({ arn: z.string() }).transform(({ arn }) => ({ id: arn })),
]);
const Instance = z.object({ attributes: Attributes });
const Pulled = z.object({
  resources: z.array(z.object({ type: z.string(), name: z.string(), instances: z.array(Instance) })),
});
const Outputs = z.record(z.string(), z.object({ value: z.string() }));

export interface ProjectOptions {
  folder: string;
  endpoint: string;
  /** The endpoint of Step Functions (default: `endpoint`). */
  stateMachines?: string;
  providerMirror: string | null;
  /** The program in `apps/infra/src` that synthesises, and its output folder. */
  main: string;
  outdir: string;
  adaptations: readonly MotoAdaptation[];
}

/** A user's folder with `cdktf.json` and synthesised stacks, for the real CDKTF and Terraform. */
export class TerraformProject {
  /** The variables of a user, for the endpoint. */
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  private readonly options: ProjectOptions;
  private provider: BackgroundProcess | undefined;

  private constructor(options: ProjectOptions, env: NodeJS.ProcessEnv) {
    this.folder = options.folder;
    this.options = options;
    this.env = env;
  }

  static async create(options: ProjectOptions): Promise<TerraformProject> {
    const { folder, endpoint, stateMachines = endpoint, providerMirror } = options;
    const cliConfig = join(folder, "terraform.rc");
    const pluginCache = join(import.meta.dirname, "../../node_modules/.cache/terraform-plugins");
    await mkdir(pluginCache, { recursive: true });
    await writeFile(cliConfig, toCliConfig(providerMirror));
    await cp(join(ROOT, "cdktf.json"), join(folder, "cdktf.json"));
    const project = new TerraformProject(options, {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PYENV_ROOT: process.env.PYENV_ROOT,
      CI: "1", // without CDKTF's spinner
      CHECKPOINT_DISABLE: "1",
      // The provider waits half a minute for each queue and its policy, which takes no CPU time.
      ...Object.fromEntries(
        ["apply", "destroy"].map((command) => [`TF_CLI_ARGS_${command}`, "-parallelism=50"]),
      ),
      DISABLE_VERSION_CHECK: "1",
      CDKTF_HOME: join(folder, ".cdktf"),
      PIPELINE_ENVIRONMENT: "local",
      TF_CLI_CONFIG_FILE: cliConfig,
      // Files of a mirror are linked; only a download from the registry needs the cache.
      ...(providerMirror === null && { TF_PLUGIN_CACHE_DIR: pluginCache }),
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_SFN: stateMachines,
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
      AWS_CONFIG_FILE: join(folder, "credentials"), // not the developer's own
      AWS_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
    });
    await project.signAs("deployer");
    return project;
  }

  /** Signs all further commands with this access key; the shared provider reads the file again for each of them. */
  async signAs(accessKey: string): Promise<void> {
    const lines = ["[default]", `aws_access_key_id = ${accessKey}`, "aws_secret_access_key = secret", ""];
    await writeFile(join(this.folder, "credentials"), lines.join("\n"));
  }

  /**
   * Synthesises the stacks and adapts them for moto.
   *
   * @param sources another copy of `apps/infra/src`
   */
  async synth(variables: NodeJS.ProcessEnv = {}, sources = SOURCES): Promise<void> {
    const env = { ...this.env, CDKTF_OUTDIR: this.outdir, ...variables };
    await runCommand(process.execPath, [join(sources, this.options.main)], { cwd: this.folder, env });
    await this.adapt();
  }

  /** The folder of the synthesised stacks. */
  get outdir(): string {
    return join(this.folder, this.options.outdir);
  }

  /** Adapts synthesised stacks for moto. */
  async adapt(): Promise<void> {
    for (const stack of await this.stacks()) {
      const path = join(this.stackFolder(stack), "cdk.tf.json");
      const file = StackFile.parse(JSON.parse(await readFile(path, "utf8")));
      for (const { adapt } of this.options.adaptations) adapt(file);
      useAbsoluteZips(file, this.stackFolder(stack));
      await writeFile(path, JSON.stringify(file, null, 2));
    }
  }

  async stacks(): Promise<string[]> {
    const manifest = await readFile(join(this.outdir, "manifest.json"), "utf8");
    return Object.keys(Manifest.parse(JSON.parse(manifest)).stacks);
  }

  /** Returns CDKTF's output, with Terraform's plan of each stack. */
  async deploy(...flags: string[]): Promise<string> {
    const [first = ""] = await this.stacks();
    await this.shareProvider(first);
    return await this.cdktf("deploy", flags);
  }

  /** Deploys the resources of these types in a part of a stack, and their dependencies, with Terraform only. */
  async apply(stack: string, types: readonly string[], part: string): Promise<void> {
    const { resource } = StackFile.parse(
      JSON.parse(await readFile(join(this.stackFolder(stack), "cdk.tf.json"), "utf8")),
    );
    const targets = types.flatMap((type) =>
      Object.keys(resource[type] ?? {})
        .filter((id) => id.startsWith(`${part}_`))
        .map((id) => `-target=${type}.${id}`),
    );
    await this.shareProvider(stack);
    if (targets.length !== types.length) throw new Error(`${part} has not one resource of each type`);
    await this.terraform(stack, ["apply", "-input=false", "-auto-approve", ...targets]);
  }

  async destroy(): Promise<void> {
    await this.cdktf("destroy", []);
  }

  /** Stops the provider. */
  async close(): Promise<void> {
    await this.provider?.stop();
  }

  private async shareProvider(stack: string): Promise<void> {
    if (!this.provider) await this.init(stack);
  }

  /** Initialises a stack, and starts the provider for all further commands once the first `init` has installed it. */
  async init(stack: string): Promise<void> {
    await this.terraform(stack, ["init", "-input=false"]);
    if (this.provider) return;
    const options = { cwd: this.folder, env: this.env };
    this.provider = await startSharedProvider(this.stackFolder(stack), options);
    this.env.TF_REATTACH_PROVIDERS = this.provider.address;
  }

  /** Returns the plan of a stack, from `terraform show -json`. */
  async plan(stack: string, ...flags: string[]): Promise<unknown> {
    await this.terraform(stack, ["plan", "-input=false", "-lock=false", "-out=second.tfplan", ...flags]);
    return JSON.parse(await this.terraform(stack, ["show", "-json", "second.tfplan"]));
  }

  /** Returns the plan of a change of the synthesised JSON, without a refresh; restores the file. */
  async planChanged(stack: string, change: (file: StackFile) => void): Promise<unknown> {
    const before = await this.change(stack, change);
    try {
      return await this.plan(stack, "-refresh=false");
    } finally {
      await writeFile(join(this.stackFolder(stack), "cdk.tf.json"), before);
    }
  }

  /** Changes the synthesised JSON of a stack, and returns the text before. */
  async change(stack: string, change: (file: StackFile) => void): Promise<string> {
    const path = join(this.stackFolder(stack), "cdk.tf.json");
    const before = await readFile(path, "utf8");
    const file = StackFile.parse(JSON.parse(before));
    change(file);
    // In lines, as CDKTF writes it: Terraform 1.11 prints no message for a fault in a line of more than 64 KB.
    await writeFile(path, JSON.stringify(file, null, 2));
    return before;
  }

  /** Returns the state of a stack, from `terraform show -json`. */
  async state(stack: string): Promise<string> {
    return await this.terraform(stack, ["show", "-json"]);
  }

  /** Returns `<type>.<name> <id>` of every deployed resource of a stack. */
  async resourceIds(stack: string): Promise<string[]> {
    const { resources } = Pulled.parse(JSON.parse(await this.terraform(stack, ["state", "pull"])));
    return resources.flatMap(({ type, name, instances }) =>
      instances.map(({ attributes }) => `${type}.${name} ${attributes.id}`),
    );
  }

  async outputs(stack: string): Promise<Record<string, string>> {
    const outputs = Outputs.parse(JSON.parse(await this.terraform(stack, ["output", "-json"])));
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  private async cdktf(command: "deploy" | "destroy", more: readonly string[]): Promise<string> {
    const flags = [
      "--auto-approve",
      "--skip-synth",
      "--skip-provider-lock",
      "--no-color",
      "--output",
      this.options.outdir,
    ];
    return await runCommand(process.execPath, [CDKTF, command, "*", ...flags, ...more], {
      cwd: this.folder,
      env: this.env,
    });
  }

  async terraform(stack: string, args: readonly string[]): Promise<string> {
    return await runCommand("terraform", args, { cwd: this.stackFolder(stack), env: this.env });
  }

  stackFolder(stack: string): string {
    return join(this.outdir, "stacks", stack);
  }
}

/** Returns a CLI configuration that installs the provider only from the mirror, if there is one. */
export function toCliConfig(mirror: string | null): string {
  if (mirror === null) return "";
  const provider = `["registry.terraform.io/hashicorp/aws"]`;
  return `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ${provider}
  }
  direct {
    exclude = ${provider}
  }
}
`;
}

/** Makes the paths of zips absolute: the shared provider does not run in the stack's folder. */
function useAbsoluteZips({ resource }: StackFile, folder: string): void {
  for (const lambda of Object.values(resource.aws_lambda_function ?? {}))
    lambda.filename = join(folder, String(lambda.filename));
}
