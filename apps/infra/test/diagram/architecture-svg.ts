import { aDeployment, synthesised } from "../deployments.ts";
import { toArchitecture } from "./architecture.ts";
import { drawSvg } from "./draw-svg.ts";
import { layOut } from "./layout.ts";

/** Draws `docs/architecture.svg`: the stacks of an environment with analysis and workflow. */
export async function architectureSvg(): Promise<string> {
  const deployment = aDeployment({
    environment: "prod",
    analysis: { enabled: true },
    workflow: { enabled: true },
  });
  const { core, notifications, workflow } = synthesised(deployment);
  const stacks = [core, notifications, ...(workflow ? [workflow] : [])];
  return drawSvg(
    await layOut(toArchitecture(stacks, deployment.names.prefix)),
    "Architecture of the image pipeline",
  );
}
