import { invokedAs, type Resource, resourcesOf, type Stacks } from "../controls/control.ts";

export type Kind = "bucket" | "function" | "topic" | "queue" | "machine" | "schedule" | "cdn";

export interface ArchitectureNode {
  id: string;
  kind: Kind;
  name: string;
  /** Second line of the node. */
  detail: string;
}

const KINDS: Readonly<Record<string, { kind: Kind; name: string; detail: string }>> = {
  aws_s3_bucket: { kind: "bucket", name: "bucket", detail: "S3 bucket" },
  aws_lambda_function: { kind: "function", name: "function_name", detail: "Lambda" },
  aws_sns_topic: { kind: "topic", name: "name", detail: "SNS topic" },
  aws_sqs_queue: { kind: "queue", name: "name", detail: "SQS" },
  aws_sfn_state_machine: { kind: "machine", name: "name", detail: "Step Functions" },
  aws_cloudfront_distribution: { kind: "cdn", name: "comment", detail: "distribution" },
  aws_cloudwatch_event_rule: { kind: "schedule", name: "name", detail: "EventBridge rule" },
};

/** Finds the resource that a reference, a name or an ARN in the synthesised stacks means. */
export class ResourceIndex {
  private readonly stacks: Stacks;
  private readonly prefix: string;
  private readonly resources: readonly Resource[];

  constructor(stacks: Stacks, prefix: string) {
    this.stacks = stacks;
    this.prefix = prefix;
    this.resources = Object.keys(KINDS).flatMap((type) => resourcesOf(stacks, type));
  }

  /** Returns the address of the resource that a value refers to. */
  find(value: unknown): string {
    const text = String(value);
    const referred = referredBy(text);
    if (referred !== undefined) return this.merged(this.aliased(referred) ?? referred);
    const name = text
      .replace(/:live$/, "")
      .replace(/^arn:[\w-]+:\w+:[\w-]*:(\$\{[^}]*\}|\d*):(function:|stateMachine:)?/, "")
      .replace(/\/.*$/, "");
    const found = this.resources.find((resource) => nameOf(resource) === name);
    if (!found) throw new Error(`no resource has the name "${name}"`);
    return this.merged(found.address);
  }

  /** Returns the address of a function, or of the state machine whose step it is. */
  merged(address: string): string {
    const names = this.resources
      .filter((resource) => resource.address === address)
      .flatMap((resource) => invokedAs(this.stacks, resource));
    const machine = resourcesOf(this.stacks, "aws_sfn_state_machine").find(({ attributes }) =>
      names.some((name) => String(attributes.definition).includes(name)),
    );
    return machine?.address ?? address;
  }

  /** Returns the address of an alias's function; undefined for any other address. */
  private aliased(address: string): string | undefined {
    const alias = resourcesOf(this.stacks, "aws_lambda_alias").find((one) => one.address === address);
    return referredBy(alias?.attributes.function_name);
  }

  node(address: string): ArchitectureNode {
    const resource = this.resources.find((one) => one.address === address);
    const type = resource && KINDS[resource.type];
    if (!resource || !type) throw new Error(`${address} has no place in the diagram`);
    const name = nameOf(resource)
      .replace(`${this.prefix}-`, "")
      .replace(/-\$\{[^}]*\}$/, "");
    return { id: address, kind: type.kind, name, detail: this.detail(resource, type.detail) };
  }

  private detail({ type, attributes }: Resource, detail: string): string {
    if (type === "aws_sqs_queue" && attributes.redrive_policy !== undefined) return `${detail} + DLQ`;
    if (type === "aws_cloudwatch_event_rule")
      return String(attributes.schedule_expression).replace(/rate\((.+)\)/, "every $1");
    return detail;
  }
}

/** Returns the address in a reference; undefined for any other text. */
export function referredBy(value: unknown): string | undefined {
  return /^\$\{(aws_\w+\.\w+)\./.exec(String(value))?.[1];
}

function nameOf({ type, attributes }: Resource): string {
  if (type === "aws_cloudfront_distribution") return "CloudFront";
  return String(attributes[KINDS[type]?.name ?? "name"]);
}
