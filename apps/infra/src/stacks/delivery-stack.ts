import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record/index.js";
import { FUNCTIONS } from "@image-pipeline/schema/names";
import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { Subscriber } from "../constructs/subscriber.ts";
import { edgeAlarmTopic } from "../delivery/edge-alarm-topic.ts";
import { EdgeDistribution } from "../delivery/edge-distribution.ts";
import { EdgeLogs } from "../delivery/edge-logs.ts";
import { invalidation } from "../delivery/invalidation.ts";
import { Resolver } from "../delivery/resolver.ts";
import { SigningKeys } from "../delivery/signing-keys.ts";
import type { Deployment, StackContext } from "../deployment.ts";
import { toStackId } from "../names.ts";
import { renderWatches } from "../observability/render-watches.ts";
import { deliveryKeyPolicy } from "../policies/key-policy.ts";
import { deliveryWatches } from "../watches/delivery-watches.ts";
import { EDGE_REGION, type Watch } from "../watches/watch.ts";
import { bindToAccount, toProviderSettings } from "./bind-to-account.ts";
import { createKey, toKeyArns } from "./create-key.ts";

/**
 * CloudFront in front of the processed bucket, the resolver of readable addresses, and the subscriber that removes copies of
 * images from the edge. It refers to the core stack by names only, so that it can be removed without it.
 */
export class DeliveryStack extends TerraformStack {
  constructor(scope: Construct, deployment: Deployment) {
    super(scope, toStackId("delivery", deployment.pipeline.environment));
    const { pipeline, names, zips } = deployment;
    const accountId = bindToAccount(this, deployment);
    const provider = new AwsProvider(this, "EdgeAws", {
      ...toProviderSettings(pipeline),
      alias: "edge",
      region: EDGE_REGION,
    });
    const context = {
      pipeline,
      names,
      accountId,
      ...toKeyArns(createDeliveryKey(this, deployment, accountId)),
    };
    const { access, manifests } = pipeline.delivery;
    const isSigned = access === "signed" || manifests === "signed";
    const keys = isSigned ? new SigningKeys(this, "Keys", context) : null;
    const resolver = new Resolver(this, "Resolver", context, zips.resolver);
    const edge = new EdgeDistribution(this, "Edge", context, { resolver, keys });
    const { distribution } = edge;
    new EdgeLogs(this, "EdgeAccessLogs", context, { provider, distributionArn: distribution.arn });
    createRecords(this, deployment, edge);
    const imageResultsTopicArn = names.topicArn(names.imageResultsTopic, accountId);
    const invalidations = new Subscriber(
      this,
      "Invalidation",
      context,
      invalidation(deployment, { imageResultsTopicArn, distribution }),
    );
    watch(this, context, provider, [
      ...deliveryWatches({
        distributionId: distribution.id,
        edgeFunctions: edge.functions,
        resolver: names.function(FUNCTIONS.resolver),
      }),
      ...resolver.handler.watches(FUNCTIONS.resolver),
      ...invalidations.watches,
    ]);
    publish(this, {
      delivery_url: `https://${pipeline.delivery.domain ?? distribution.domainName}`,
      distribution_id: distribution.id,
      distribution_domain_name: distribution.domainName,
      resolver_function_arn: resolver.handler.function.arn,
      ...invalidations.outputs,
      ...keys?.outputs,
    });
  }
}

/** Creates the stack's own key, as for the workflow: log groups and functions do not accept the alias of the core's key. */
function createDeliveryKey(stack: TerraformStack, deployment: Deployment, accountId: string) {
  const { names, pipeline } = deployment;
  return createKey(stack, pipeline, {
    aliasName: `${names.keyAlias}-delivery`,
    description: `Encrypts messages, logs and variables of the delivery of ${names.prefix}`,
    policy: deliveryKeyPolicy(deployment, accountId),
  });
}

function createRecords(stack: TerraformStack, { pipeline }: Deployment, { distribution }: EdgeDistribution) {
  const { domain, zoneId } = pipeline.delivery;
  if (domain === null || zoneId === null) return;
  for (const type of ["A", "AAAA"])
    new Route53Record(stack, `Record${type}`, {
      zoneId,
      name: domain,
      type,
      alias: {
        name: distribution.domainName,
        zoneId: distribution.hostedZoneId,
        evaluateTargetHealth: false,
      },
    });
}

function watch(
  stack: TerraformStack,
  context: StackContext,
  provider: AwsProvider,
  watches: readonly Watch[],
): void {
  const { names, pipeline, accountId } = context;
  renderWatches(new Construct(stack, "Observability"), {
    watches,
    prefix: names.prefix,
    pipeline,
    name: names.function("delivery"),
    alarmsTopicArn: names.topicArn(names.alarmsTopic, accountId),
    unhealthy: "The delivery of pictures fails, or copies stay at the edge",
    edge: { provider, alarmsTopicArn: edgeAlarmTopic(stack, context, provider) },
  });
}

function publish(stack: TerraformStack, outputs: Record<string, string>): void {
  for (const [name, value] of Object.entries(outputs))
    new TerraformOutput(stack, name, { value, staticId: true });
}
