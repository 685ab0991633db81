import { z } from "zod";
import { type Input, textIn } from "./operation.ts";

export const REGION = "us-east-1";
const ACCOUNT = "123456789012";

export function arnOf(service: string, name: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;
}

export function roleArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

/** Returns the ARN of a resource of CloudFront, which has no region. */
export function edgeArn(name: string): string {
  return `arn:aws:cloudfront::${ACCOUNT}:${name}`;
}

/** Returns the ARN of a dashboard, which has no region. */
export function dashboardArn(name: string): string {
  return `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${name}`;
}

/** Returns the ARN of the function that is named by its name or its ARN. */
export function functionArn(input: Input): string {
  const name = textIn(input, "FunctionName");
  return name.startsWith("arn:") ? name : arnOf("lambda", `function:${name}`);
}

/** Returns the ARN of an event source mapping; one that is being created has no id yet. */
export function mappingArn(input: Input): string {
  return arnOf("lambda", `event-source-mapping:${textIn(input, "UUID") || "new"}`);
}

const Pairs = z.array(z.record(z.string(), z.string()));
const PlainTags = z.record(z.string(), z.string());

/** Returns tags from an object, or from a list of keys and values under the names that services give them. */
export function toTags(tags: unknown): Record<string, string> {
  if (!Array.isArray(tags)) return PlainTags.safeParse(tags).data ?? {};
  return Object.fromEntries(
    Pairs.parse(tags).map((tag) => [
      tag.Key ?? tag.key ?? tag.TagKey ?? "",
      tag.Value ?? tag.value ?? tag.TagValue ?? "",
    ]),
  );
}
