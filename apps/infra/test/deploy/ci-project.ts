import { join } from "node:path";
import { definePipeline, type PipelineInput, pipelineFor } from "@image-pipeline/schema/config";
import { toNames } from "../../src/names.ts";
import { synthesise } from "../../src/synthesise.ts";
import { writeZip } from "../deployments.ts";
import type { Statement } from "../policies.ts";
import { MOTO_ADAPTATIONS } from "./moto-adaptations.ts";
import { type PlannedChange, toPlannedChanges } from "./planned-changes.ts";
import type { RoleFront } from "./role-front.ts";
import type { StepLog } from "./step-log.ts";
import { TerraformProject } from "./terraform-project.ts";

export interface CiProjectOptions {
  folder: string;
  front: RoleFront;
  /** The statements of each role. */
  roles: ReadonlyMap<string, readonly Statement[]>;
  providerMirror: string | null;
  stateBucket: string;
  log: StepLog;
}
type Work = (stack: string) => Promise<unknown>;

/** The stacks of an environment, which Terraform plans, applies and destroys with the credentials of GitHub's roles. */
export class CiProject {
  readonly project: TerraformProject;
  private readonly options: CiProjectOptions;
  private signer = "";

  private constructor(project: TerraformProject, options: CiProjectOptions) {
    this.project = project;
    this.options = options;
  }

  static async create(options: CiProjectOptions): Promise<CiProject> {
    const { folder, front, providerMirror } = options;
    const project = await TerraformProject.create({
      folder,
      endpoint: front.address,
      providerMirror,
      main: "main.ts",
      outdir: "cdktf.out",
      adaptations: MOTO_ADAPTATIONS,
    });
    return new CiProject(project, options);
  }

  async close(): Promise<void> {
    await this.project.close();
  }

  /** Synthesises an environment with handlers of this version, and returns its stacks in the order of their deployment. */
  async synth(config: PipelineInput, environment: string, version = "1"): Promise<string[]> {
    const { folder, stateBucket } = this.options;
    const pipeline = pipelineFor(definePipeline(config), environment);
    const zip = (name: string) => writeZip(join(folder, `${name}-${version}.zip`), ["index.js", version]);
    const zips = {
      audit: zip("audit"),
      ingest: zip("ingest"),
      worker: zip("worker"),
      analyzer: zip("analyzer"),
      resolver: zip("resolver"),
      invalidator: zip("invalidator"),
      budget: zip("budget"),
      webhook: zip("webhook"),
    };
    const deployment = { pipeline, names: toNames(pipeline), zips, stateBucket };
    const { stacks } = synthesise(deployment, this.project.outdir);
    await this.project.adapt();
    return stacks;
  }

  keyOf(role: string): string {
    const { front, roles } = this.options;
    return front.keyOf(role, roles.get(role) ?? []);
  }

  /** Does work with a role's credentials. */
  async as<Result>(role: string, what: string, work: () => Promise<Result>): Promise<Result> {
    if (this.signer !== role) await this.project.signAs(this.keyOf(role));
    this.signer = role;
    return await this.options.log.step(`${role}: ${what}`, work);
  }

  /** Plans a stack, as the workflows do. */
  plan(role: string, stack: string): Promise<void> {
    return this.as(role, `terraform plan of ${stack}`, async () => {
      await this.project.init(stack);
      await this.project.terraform(stack, ["plan", "-input=false", "-out=reviewed.tfplan"]);
    });
  }

  /** Plans a stack, and returns the changes that moto does not explain. */
  async changesOf(role: string, stack: string): Promise<PlannedChange[]> {
    await this.plan(role, stack);
    const planned = await this.project.terraform(stack, ["show", "-json", "reviewed.tfplan"]);
    return toPlannedChanges(JSON.parse(planned)).filter(({ why }) => why === null);
  }

  apply(role: string, stack: string): Promise<string> {
    return this.as(role, `terraform apply of ${stack}`, () =>
      this.project.terraform(stack, ["apply", "-input=false", "reviewed.tfplan"]),
    );
  }

  /** Applies a change of a stack without a plan before. */
  change(role: string, stack: string): Promise<string> {
    return this.as(role, `terraform apply of a changed ${stack}`, () =>
      this.project.terraform(stack, ["apply", "-input=false", "-auto-approve"]),
    );
  }

  destroy(role: string, stack: string): Promise<string> {
    return this.as(role, `terraform destroy of ${stack}`, () =>
      this.project.terraform(stack, ["destroy", "-input=false", "-auto-approve"]),
    );
  }
}

/** Works on the first stack, then on all others at the same time, and on the last one at the end, as CDKTF does. */
export async function inOrder([first = "", ...others]: readonly string[], work: Work): Promise<void> {
  await work(first);
  await Promise.all(others.slice(0, -1).map(work));
  for (const last of others.slice(-1)) await work(last);
}
