import { CloudwatchLogDelivery } from "@cdktf/provider-aws/lib/cloudwatch-log-delivery/index.js";
import { CloudwatchLogDeliveryDestination } from "@cdktf/provider-aws/lib/cloudwatch-log-delivery-destination/index.js";
import { CloudwatchLogDeliverySource } from "@cdktf/provider-aws/lib/cloudwatch-log-delivery-source/index.js";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { Construct } from "constructs";
import { PrivateBucket } from "../constructs/private-bucket.ts";
import type { StackContext } from "../deployment.ts";
import { writeEdgeLogs } from "../policies/delivery-policy.ts";
import { EDGE_REGION } from "../watches/watch.ts";

/** The default fields without cookies and query, which have the signatures of signed cookies and URLs. */
const FIELDS = [
  "date",
  "time",
  "x-edge-location",
  "sc-bytes",
  "c-ip",
  "cs-method",
  "cs(Host)",
  "cs-uri-stem",
  "sc-status",
  "cs(Referer)",
  "cs(User-Agent)",
  "x-edge-result-type",
  "x-edge-request-id",
  "x-host-header",
  "cs-protocol",
  "cs-bytes",
  "time-taken",
  "ssl-protocol",
  "ssl-cipher",
  "x-edge-response-result-type",
  "cs-protocol-version",
  "sc-content-type",
  "sc-content-len",
];

export interface EdgeLogsProps {
  distributionArn: string;
  /** A provider for the region of CloudFront's log deliveries. */
  provider: AwsProvider;
}

/** A bucket for CloudFront's access logs, and their delivery (standard logging v2, which needs no ACLs). */
export class EdgeLogs extends Construct {
  constructor(scope: Construct, id: string, context: StackContext, props: EdgeLogsProps) {
    super(scope, id);
    const { names, pipeline, accountId } = context;
    const { retention, destroyBucketsWithObjects } = pipeline;
    const { bucket, policy } = new PrivateBucket(this, "Logs", {
      bucketName: names.edgeLogBucket(accountId),
      destroyWithObjects: destroyBucketsWithObjects,
      incompleteUploadDays: retention.incompleteUploadDays,
      noncurrentVersionDays: retention.noncurrentVersionDays,
      key: null,
      expirations: [{ id: "expire-access-logs", filter: { prefix: "" }, days: retention.accessLogDays }],
      writers: (arn) => [writeEdgeLogs(arn, { partition: names.partition, region: EDGE_REGION, accountId })],
    });
    const { provider } = props;
    const name = names.function("edge-access");
    const source = new CloudwatchLogDeliverySource(this, "Source", {
      provider,
      name,
      logType: "ACCESS_LOGS",
      resourceArn: props.distributionArn,
    });
    const destination = new CloudwatchLogDeliveryDestination(this, "Destination", {
      provider,
      name,
      outputFormat: "json",
      deliveryDestinationConfiguration: [{ destinationResourceArn: bucket.arn }],
    });
    new CloudwatchLogDelivery(this, "Delivery", {
      provider,
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.arn,
      recordFields: FIELDS,
      // The delivery is tested when it is created.
      dependsOn: [policy],
    });
  }
}
