import type { EventPattern } from "@image-pipeline/schema/aws";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { z } from "zod";
import type { EventRule, Schedule } from "../topology/topology.ts";
import { parseAll, type Resource } from "./resource.ts";
import * as types from "./resource-types.ts";

/** EventBridge's rules with their target: those for S3's events, and schedules. */
export interface EventRules {
  eventRules: EventRule[];
  schedules: Schedule[];
}

/**
 * Reads the rules of EventBridge. A bucket of the stacks must send its events to EventBridge, or the rule never gets one.
 *
 * @param toFunctionName returns the name of a function by its ARN
 * @throws {UserFault} when a pattern is not about the events of named buckets
 */
export function toEventRules(
  resources: readonly Resource[],
  toFunctionName: (arn: string, resource: Resource) => string,
): EventRules {
  const patterns = new Map(
    parseAll(resources, types.eventRule).map((rule) => [rule.name ?? "", rule.event_pattern]),
  );
  const silent = silentBuckets(resources);
  const rules: EventRules = { eventRules: [], schedules: [] };
  for (const { resource, rule, arn } of parseAll(resources, types.eventTarget)) {
    const functionName = toFunctionName(arn, resource);
    const pattern = patterns.get(rule);
    if (pattern) {
      const buckets = toBuckets(pattern, resource).filter((bucket) => !silent.has(bucket));
      rules.eventRules.push({ name: rule, functionName, buckets, pattern, prefix: toPrefix(pattern) });
    } else rules.schedules.push({ functionName });
  }
  return rules;
}

/** Returns the buckets of the stacks that send nothing to EventBridge; an existing bucket's owner has switched it on. */
function silentBuckets(resources: readonly Resource[]): Set<string> {
  const sending = new Set(
    parseAll(resources, types.bucketNotification)
      .filter(({ eventbridge }) => eventbridge)
      .map(({ bucket }) => bucket),
  );
  const own = parseAll(resources, types.bucket).map(({ bucket }) => bucket);
  return new Set(own.filter((bucket) => !sending.has(bucket)));
}

const BucketPattern = z.object({ detail: z.object({ bucket: z.object({ name: z.array(z.string()) }) }) });

function toBuckets(pattern: EventPattern, { origin, address }: Resource): string[] {
  const parsed = BucketPattern.safeParse(pattern).data;
  if (parsed) return parsed.detail.bucket.name;
  throw new UserFault(`${origin}: the rule of ${address} must be for the events of buckets that it names`);
}

const KeyPattern = z.object({
  detail: z.object({
    object: z.object({
      key: z.array(z.object({ prefix: z.string().optional(), wildcard: z.string().optional() })).min(1),
    }),
  }),
});

/** Returns the beginning of all keys of a pattern. */
function toPrefix(pattern: EventPattern): string {
  const [first] = KeyPattern.safeParse(pattern).data?.detail.object.key ?? [];
  const beforeAsterisk = /^(\\.|[^*\\])*/s.exec(first?.wildcard ?? "")?.[0].replace(/\\(.)/gs, "$1");
  return first?.prefix ?? beforeAsterisk ?? "";
}
