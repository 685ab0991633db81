import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { aDeployment, synthesised } from "../deployments.ts";
import { toArchitecture } from "./architecture.ts";
import { architectureSvg } from "./architecture-svg.ts";

it("is docs/architecture.svg (to update: npm run generate)", async () => {
  const path = join(import.meta.dirname, "../../../../docs/architecture.svg");
  expect(readFileSync(path, "utf8")).toBe(await architectureSvg());
});

it("shows every queue that has a DLQ, with its consumer", () => {
  const deployment = aDeployment({ environment: "prod", analysis: { enabled: true } });
  const { core, notifications } = synthesised(deployment);
  const { nodes, edges } = toArchitecture([core, notifications], deployment.names.prefix);
  const name = (id: string) => nodes.find((node) => node.id === id)?.name;
  const queues = nodes.filter(({ kind }) => kind === "queue");
  expect(
    queues.map(({ id, detail }) => [
      name(id),
      detail,
      edges.filter(({ from }) => from === id).map(({ to }) => name(to)),
    ]),
  ).toEqual([
    ["analysis", "SQS + DLQ", ["analyzer"]],
    ["backfill", "SQS + DLQ", ["backfill"]],
    ["renditions", "SQS + DLQ", ["worker"]],
  ]);
});
