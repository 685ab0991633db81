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

function drawn(settings: Parameters<typeof aDeployment>[0]) {
  const deployment = aDeployment({ environment: "prod", ...settings });
  const { core, notifications, delivery } = synthesised(deployment);
  return toArchitecture([core, notifications, ...(delivery ? [delivery] : [])], deployment.names.prefix);
}

it("shows every queue that has a DLQ, with its consumer", () => {
  const { nodes, edges } = drawn({ analysis: { enabled: true } });
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

it("shows the origins of the distribution, and the invalidation", () => {
  const { nodes, edges } = drawn({ delivery: { enabled: true } });
  const name = (id: string) => nodes.find((node) => node.id === id)?.name;
  const cdn = nodes.find(({ kind }) => kind === "cdn")?.id;
  expect(edges.filter(({ to }) => to === cdn).map(({ from }) => name(from))).toEqual([
    "invalidation",
    "processed",
    "resolver",
  ]);
});
