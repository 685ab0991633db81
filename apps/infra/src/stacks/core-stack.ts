import { FUNCTIONS, type WorkflowStep } from "@image-pipeline/schema/names";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { BudgetGuard, createBudgetLimits, mappingsIn } from "../budget/budget-guard.ts";
import { budgetWarnings } from "../budget/budget-watches.ts";
import { EventTopic } from "../constructs/event-topic.ts";
import { Subscriber, subscribersIn } from "../constructs/subscriber.ts";
import type { Deployment, PipelineResources, StackContext } from "../deployment.ts";
import { toStackId } from "../names.ts";
import { Observability } from "../observability/observability.ts";
import { applicationPolicies } from "../policies/application-policies.ts";
import { keyPolicy } from "../policies/key-policy.ts";
import { additional } from "../policies/policy-document.ts";
import { denyStrangers } from "../policies/sender-policy.ts";
import { type Subscribers, subscribers } from "../subscribers/subscribers.ts";
import { Audit } from "./audit.ts";
import { bindToAccount } from "./bind-to-account.ts";
import { createBuckets } from "./buckets.ts";
import { createKey, toKeyArns } from "./create-key.ts";
import { Ingest } from "./ingest.ts";

/** Buckets, topics, ingest and every subscriber: everything except the bucket notification that starts the pipeline. */
export class CoreStack extends TerraformStack {
  constructor(scope: Construct, deployment: Deployment, listed: Subscribers = subscribers) {
    super(scope, toStackId("core", deployment.pipeline.environment));
    const { pipeline, names, zips } = deployment;
    const accountId = bindToAccount(this, deployment);
    const key = createKey(this, pipeline, {
      aliasName: names.keyAlias,
      description: `Encrypts objects, messages, logs and variables of ${names.prefix}`,
      policy: keyPolicy(deployment, accountId),
    });
    const context: StackContext = { pipeline, names, accountId, ...toKeyArns(key) };
    const buckets = createBuckets(this, deployment, { accountId, key });
    const events = new EventTopic(this, "ImageEvents", {
      topicName: names.imageEventsTopic,
      keyArn: context.keyArn,
      grants: (arn) => [
        ...additional(pipeline.policies.imageEvents, arn),
        denyStrangers("sns:Publish", arn, {
          ...context,
          roles: [names.ingestFunction],
          operators: pipeline.iam.operators,
          additional: pipeline.policies.imageEvents,
        }),
      ],
    });
    const results = new EventTopic(this, "ImageResults", {
      topicName: names.imageResultsTopic,
      keyArn: context.keyArn,
      grants: (arn) => [
        ...additional(pipeline.policies.imageResults, arn),
        denyStrangers("sns:Publish", arn, {
          ...context,
          roles: resultPublishers(deployment),
          operators: [],
          additional: pipeline.policies.imageResults,
        }),
      ],
    });
    const ingest = new Ingest(this, "Ingest", context, { zip: zips.ingest, imageEvents: events.topic });
    const resources = { ...buckets, imageEvents: events.topic, imageResults: results.topic };
    for (const [id, props] of Object.entries(listed(deployment, resources)))
      new Subscriber(this, id, context, props);
    const audit = pipeline.audit.enabled
      ? new Audit(this, "Audit", context, { ...buckets, zip: zips.audit })
      : null;
    const budget = pipeline.budget.stop
      ? new BudgetGuard(this, "Budget", context, { zip: zips.budget, mappings: mappingsIn(this) })
      : null;
    const { alarms } = new Observability(this, "Observability", context, [
      ...ingest.watches,
      ...events.watches("image-events"),
      ...subscribersIn(this).flatMap(({ watches }) => watches),
      ...results.watches("image-results"),
      ...(audit?.watches ?? []),
      ...budgetWarnings(deployment),
      ...(budget?.watches ?? []),
    ]);
    createBudgetLimits(this, context, { alarmsTopicArn: alarms.arn, guard: budget });
    publishOutputs(this, { ...toOutputs(resources, ingest), alarm_topic_arn: alarms.arn });
    publishOutputs(this, applicationPolicies(resources, context));
    for (const { outputs } of subscribersIn(this)) publishOutputs(this, outputs);
    if (audit) publishOutputs(this, queueOutputs("audit", audit));
    if (budget) publishOutputs(this, queueOutputs("budget", budget));
  }
}

/** The roles that announce results. */
function resultPublishers({ pipeline, names }: Deployment): string[] {
  const { worker, backfill, analyzer } = FUNCTIONS;
  const steps: WorkflowStep[] = pipeline.workflow.enabled ? ["publish", "analyse"] : [];
  const functions = pipeline.analysis.enabled ? [worker, backfill, analyzer] : [worker, backfill];
  return [...functions.map(names.function), ...steps.map(names.workflowFunction)];
}

function toOutputs(resources: PipelineResources, ingest: Ingest): Record<string, string> {
  return {
    upload_bucket_name: resources.uploads.name,
    processed_bucket_name: resources.processed.name,
    image_events_topic_arn: resources.imageEvents.arn,
    image_results_topic_arn: resources.imageResults.arn,
    ingest_function_arn: ingest.handler.live.arn,
    ...queueOutputs("ingest", ingest),
  };
}

function queueOutputs(name: string, { queues }: Pick<Ingest, "queues">): Record<string, string> {
  return {
    [`${name}_failure_queue_url`]: queues.failures.queue.url,
    [`${name}_dlq_url`]: queues.deadLetters.queue.url,
  };
}

/** Publishes Terraform outputs under exactly these names. */
function publishOutputs(stack: TerraformStack, outputs: Record<string, string>): void {
  for (const [name, value] of Object.entries(outputs))
    new TerraformOutput(stack, name, { value, staticId: true });
}
