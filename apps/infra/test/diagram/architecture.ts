import type { Stacks } from "../controls/control.ts";
import { resourcesOf } from "../controls/control.ts";
import { statementsOf } from "../policies.ts";
import { type ArchitectureNode, ResourceIndex } from "./resource-index.ts";

export interface ArchitectureEdge {
  from: string;
  to: string;
  label: string;
}

export interface Architecture {
  nodes: ArchitectureNode[];
  edges: ArchitectureEdge[];
}

/** Returns the resources that images and events pass through, and the connections between them, from the synthesised stacks. */
export function toArchitecture(stacks: Stacks, prefix: string): Architecture {
  const index = new ResourceIndex(stacks, prefix);
  const edges = unique([
    ...notifications(stacks, index),
    ...subscriptions(stacks, index),
    ...consumers(stacks, index),
    ...schedules(stacks, index),
    ...grants(stacks, index),
    ...origins(stacks, index),
  ]);
  const ids = new Set(edges.flatMap(({ from, to }) => [from, to]));
  return { nodes: [...ids].map((id) => index.node(id)), edges };
}

function notifications(stacks: Stacks, index: ResourceIndex): ArchitectureEdge[] {
  return resourcesOf(stacks, "aws_s3_bucket_notification").flatMap(({ attributes }) => {
    const functions = Array.isArray(attributes.lambda_function) ? attributes.lambda_function : [];
    return functions.map(({ lambda_function_arn }) => ({
      from: index.find(attributes.bucket),
      to: index.find(lambda_function_arn),
      label: "object created, removed",
    }));
  });
}

function subscriptions(stacks: Stacks, index: ResourceIndex): ArchitectureEdge[] {
  return resourcesOf(stacks, "aws_sns_topic_subscription")
    .filter(({ attributes }) => attributes.protocol === "sqs")
    .map(({ attributes }) => ({
      from: index.find(attributes.topic_arn),
      to: index.find(attributes.endpoint),
      label: toFilterLabel(JSON.parse(String(attributes.filter_policy))),
    }));
}

/** Returns a subscription's lane, or its only event type. */
function toFilterLabel({ lane, type, $or }: { lane?: string[]; type?: string[]; $or?: object[] }): string {
  if ($or !== undefined) return "removed, quarantined, replaced";
  if (lane?.length === 1) return `lane ${lane[0]}`;
  return type?.length === 1 ? String(type[0]) : "";
}

/** Returns event source mappings, and pipes from a queue to a state machine. */
function consumers(stacks: Stacks, index: ResourceIndex): ArchitectureEdge[] {
  const mappings = resourcesOf(stacks, "aws_lambda_event_source_mapping").map(({ attributes }) => ({
    from: index.find(attributes.event_source_arn),
    to: index.find(attributes.function_name),
    label: "",
  }));
  const pipes = resourcesOf(stacks, "aws_pipes_pipe").map(({ attributes }) => ({
    from: index.find(attributes.source),
    to: index.find(attributes.target),
    label: "",
  }));
  return [...mappings, ...pipes];
}

function schedules(stacks: Stacks, index: ResourceIndex): ArchitectureEdge[] {
  return resourcesOf(stacks, "aws_cloudwatch_event_target").map(({ attributes }) => ({
    from: index.find(attributes.rule),
    to: index.find(attributes.arn),
    label: "",
  }));
}

/** Returns where functions publish and which objects they write, from their roles' policies. */
function grants(stacks: Stacks, index: ResourceIndex): ArchitectureEdge[] {
  return resourcesOf(stacks, "aws_lambda_function").flatMap(({ address, attributes }) => {
    const role = /aws_iam_role\.\w+/.exec(String(attributes.role))?.[0];
    const policies = resourcesOf(stacks, "aws_iam_role_policy").filter(({ attributes: { role: of } }) =>
      String(of).startsWith(`\${${role}.`),
    );
    return policies
      .flatMap(({ attributes: { policy } }) => statementsOf(policy))
      .filter(({ Effect, Action }) => Effect === "Allow" && Action.some((action) => WRITES.has(action)))
      .flatMap(({ Resource }) => Resource)
      .map((resource) => ({ from: index.merged(address), to: index.find(resource), label: "" }));
  });
}
const WRITES = new Set(["sns:Publish", "s3:PutObject", "cloudfront:CreateInvalidation"]);

/** Returns the bucket that a distribution reads, and the function behind it, which reads the bucket as well. */
function origins(stacks: Stacks, index: ResourceIndex): ArchitectureEdge[] {
  return resourcesOf(stacks, "aws_cloudfront_distribution").flatMap(({ address, attributes }) => {
    const hosts = (Array.isArray(attributes.origin) ? attributes.origin : []).map(({ domain_name }) =>
      String(domain_name),
    );
    const urls = resourcesOf(stacks, "aws_lambda_function_url");
    const functions = urls
      .filter((url) => hosts.some((host) => host.startsWith(`\${${url.address}.`)))
      .map((url) => index.find(url.attributes.function_name));
    const buckets = hosts
      .filter((host) => host.includes(".s3."))
      .map((host) => index.find(host.replace(/\.s3\..*$/, "")));
    return [
      ...buckets.map((from) => ({ from, to: address, label: "renditions" })),
      ...buckets.flatMap((from) => functions.map((to) => ({ from, to, label: "manifests" }))),
      ...functions.map((from) => ({ from, to: address, label: "redirects" })),
    ];
  });
}

function unique(edges: ArchitectureEdge[]): ArchitectureEdge[] {
  const byEnds = new Map<string, ArchitectureEdge>();
  for (const edge of edges) byEnds.set(`${edge.from} ${edge.to}`, edge);
  return [...byEnds.values()];
}
