import { isAbsolute, join } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import type { z } from "zod";
import type {
  AsynchronousSettings,
  EventRule,
  LambdaFunction,
  Notification,
  Schedule,
  Topology,
} from "../topology/topology.ts";
import { parseAll, type Resource } from "./resource.ts";
import * as types from "./resource-types.ts";
import { toDistributions } from "./to-distributions.ts";
import { toEventRules } from "./to-event-rules.ts";

/**
 * Returns the topology that resolved resources describe. Resources of types that do not run here are left out.
 *
 * @throws {UserFault} naming the invalid resource, or the one whose reference leads nowhere
 */
export function toTopology(resources: readonly Resource[], region: string): Topology {
  const functions = toFunctions(resources);
  const invocable = { functions, aliases: parseAll(resources, types.alias).map(({ arn }) => arn) };
  const notifications = toNotifications(resources, invocable);
  const rules = toEventRules(resources, (arn, resource) => nameOf(arn, invocable, resource));
  const notified = [...notifications.map(({ bucket }) => bucket), ...rules.eventRules.flatMap(bucketsOf)];
  const buckets = parseAll(resources, types.bucket).map(({ bucket }) => bucket);
  return {
    region,
    buckets: [...new Set([...buckets, ...notified])],
    topics: parseAll(resources, types.topic).map(({ name, arn }) => ({ name, arn })),
    queues: parseAll(resources, types.queue).map(toQueue),
    subscriptions: toSubscriptions(resources),
    functions,
    mappings: toMappings(resources, invocable),
    notifications,
    ...rules,
    schedules: [...rules.schedules, ...invokedByAlarms(resources, functions)],
    ...toWorkflows(resources),
    distributions: toDistributions(resources),
  };
}

/** Returns the functions that alarms invoke. No alarm goes off here; the functions can be invoked by hand. */
function invokedByAlarms(resources: readonly Resource[], functions: readonly LambdaFunction[]): Schedule[] {
  const invoked = parseAll(resources, types.permission)
    .filter(({ principal }) => principal === "lambda.alarms.cloudwatch.amazonaws.com")
    .map(({ function_name: name }) => name);
  return functions
    .filter(({ name, arn }) => invoked.some((one) => one === name || one === arn))
    .map(({ name }) => ({ functionName: name }));
}

/** Returns the state machines and the pipes that start them. A pipe without patterns accepts every message. */
function toWorkflows(resources: readonly Resource[]): Pick<Topology, "stateMachines" | "pipes"> {
  const stateMachines = parseAll(resources, types.stateMachine).map(
    ({ name, arn, role_arn: roleArn, definition }) => ({ name, arn, roleArn, definition }),
  );
  const pipes = parseAll(resources, types.pipe).map((pipe) => {
    const filters = pipe.source_parameters?.filter_criteria?.filter ?? [];
    return {
      name: pipe.name,
      roleArn: pipe.role_arn,
      queueArn: pipe.source,
      stateMachineArn: pipe.target,
      patterns: filters.length > 0 ? filters.map(({ pattern }) => pattern) : [{}],
    };
  });
  return { stateMachines, pipes };
}

function toSubscriptions(resources: readonly Resource[]): Topology["subscriptions"] {
  return parseAll(resources, types.subscription)
    .filter(({ protocol }) => protocol === "sqs")
    .map((values) => ({
      topicArn: values.topic_arn,
      queueArn: values.endpoint,
      rawMessageDelivery: values.raw_message_delivery ?? false,
      filterPolicy: values.filter_policy,
      filterPolicyScope: values.filter_policy_scope,
      redrivePolicy: values.redrive_policy,
    }));
}

function toQueue({ redrive_policy: redrive, ...values }: z.output<typeof types.queue.shape>) {
  return {
    name: values.name,
    arn: values.arn,
    url: values.url,
    visibilityTimeoutSeconds: values.visibility_timeout_seconds,
    retentionSeconds: values.message_retention_seconds,
    delaySeconds: values.delay_seconds,
    receiveWaitSeconds: values.receive_wait_time_seconds,
    redrive: redrive && {
      deadLetterQueueArn: redrive.deadLetterTargetArn,
      maxReceiveCount: redrive.maxReceiveCount,
    },
  };
}

function toFunctions(resources: readonly Resource[]): LambdaFunction[] {
  // What is invoked by an alias has the alias's settings; those of the function itself come after them.
  const configs = parseAll(resources, types.eventInvokeConfig).sort(
    (a, b) => Number(b.qualifier !== null) - Number(a.qualifier !== null),
  );
  return parseAll(resources, types.zipFunction).map(({ resource, ...values }) => {
    const config = configs.find(
      ({ function_name: name }) => name === values.function_name || name === values.arn,
    );
    const asynchronous: AsynchronousSettings = {
      maximumRetryAttempts: config?.maximum_retry_attempts ?? 2,
      maximumEventAgeSeconds: config?.maximum_event_age_in_seconds ?? 21_600,
      onFailureArn: config?.destination_config?.on_failure?.destination ?? null,
      deadLetterArn: values.dead_letter_config?.target_arn ?? null,
    };
    return {
      name: values.function_name,
      arn: values.arn,
      roleArn: values.role,
      zipPath: isAbsolute(values.filename) ? values.filename : join(resource.folder, values.filename),
      handler: values.handler,
      environment: values.environment?.variables ?? {},
      timeoutSeconds: values.timeout,
      memoryMegabytes: values.memory_size,
      reservedConcurrency: values.reserved_concurrent_executions,
      asynchronous,
    };
  });
}

/** The functions, and the ARNs of their aliases. */
interface Invocable {
  functions: readonly LambdaFunction[];
  aliases: readonly string[];
}

function toMappings(resources: readonly Resource[], invocable: Invocable) {
  return parseAll(resources, types.eventSourceMapping)
    .filter(({ enabled }) => enabled !== false)
    .map(({ resource, ...values }) => ({
      queueArn: values.event_source_arn,
      functionName: nameOf(values.function_name, invocable, resource),
      batchSize: values.batch_size,
      windowSeconds: values.maximum_batching_window_in_seconds,
      maximumConcurrency: values.scaling_config?.maximum_concurrency ?? null,
      reportsBatchItemFailures: (values.function_response_types ?? []).length > 0,
    }));
}

function toNotifications(resources: readonly Resource[], invocable: Invocable): Notification[] {
  return parseAll(resources, types.bucketNotification).flatMap(
    ({ resource, bucket, lambda_function: targets }) =>
      targets.map((target, index) => ({
        id: target.id ?? `${bucket}-${index}`,
        bucket,
        functionName: nameOf(target.lambda_function_arn, invocable, resource),
        events: target.events,
        prefix: target.filter_prefix ?? "",
        suffix: target.filter_suffix ?? "",
      })),
  );
}

const bucketsOf = ({ buckets }: EventRule): readonly string[] => buckets;

function nameOf(nameOrArn: string, { functions, aliases }: Invocable, { origin, address }: Resource): string {
  const isQualified = aliases.includes(nameOrArn) || /:(\d+|\$LATEST)$/.test(nameOrArn);
  const unqualified = isQualified ? nameOrArn.slice(0, nameOrArn.lastIndexOf(":")) : nameOrArn;
  const found = functions.find(({ name, arn }) => [name, arn].includes(unqualified));
  if (found) return found.name;
  throw new UserFault(`${origin}: ${address} refers to the function ${nameOrArn}, but no stack defines it`);
}
