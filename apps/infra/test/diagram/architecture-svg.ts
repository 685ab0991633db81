import { aDeployment, synthesised } from "../deployments.ts";
import { toArchitecture } from "./architecture.ts";
import { drawSvg } from "./draw-svg.ts";
import { layOut } from "./layout.ts";

/** Draws `docs/architecture.svg`: the stacks of an environment with analysis, workflow and delivery. */
export async function architectureSvg(): Promise<string> {
  const deployment = aDeployment({
    environment: "prod",
    analysis: { enabled: true },
    workflow: { enabled: true },
    delivery: { enabled: true },
  });
  const { core, notifications, workflow, delivery } = synthesised(deployment);
  const stacks = [core, notifications, ...[workflow, delivery].filter((stack) => stack !== undefined)];
  return drawSvg(
    await layOut(toArchitecture(stacks, deployment.names.prefix)),
    "Architecture of the image pipeline",
  );
}
