import type { Exception } from "./control.ts";

/** What a scanner may still report, and why it stays so. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    ids: ["CKV_AWS_18", "CKV_AWS_145", "S3.9"],
    what: "the bucket for access logs has no customer key and no access log of its own",
    reason:
      "S3 delivers access logs to buckets under SSE-S3 only, and a log of its own deliveries would never end",
  },
  {
    ids: ["CKV2_AWS_62", "S3.11"],
    what: "the processed and the log bucket notify nobody",
    reason:
      "result events come from the worker once a manifest stands, which a bucket notification cannot tell",
  },
  {
    ids: ["CKV_AWS_116"],
    what: "the worker and the analyzer have no `dead_letter_config`",
    reason:
      "Lambda's poller invokes them synchronously: what fails goes back to the queue and, after `maxReceiveCount`, to the queue's DLQ",
  },
  {
    ids: ["CKV_AWS_144", "S3.7"],
    what: "no replication to another region",
    reason:
      "renditions can be made again from the uploads; whether uploads need a second region is their owner's choice",
  },
  {
    ids: ["CKV_AWS_117", "Lambda.3", "Lambda.5"],
    what: "the functions are in no VPC",
    reason:
      "they call S3, SNS, SQS and Rekognition alone, over TLS; a VPC would add NAT or endpoints and protect nothing more",
  },
  {
    ids: ["CKV_AWS_272"],
    what: "no code signing",
    reason:
      "zips are built reproducibly, named by hash in the reviewed plan and applied by the deploy workflow's role alone",
  },
  {
    ids: ["CKV_AWS_109", "CKV_AWS_111"],
    what: "the key policy gives the account `kms:*` on `*`",
    reason:
      "in a key policy `*` is that key; without the statement a mistake in the policy locks the key for ever",
  },
  {
    ids: ["S3.15", "S3.20"],
    what: "no object lock, no MFA delete",
    reason:
      "both need a person or the account's root at each change; versions and the lifecycle keep what is overwritten",
  },
  {
    ids: ["SNS.2"],
    what: "no delivery status logging",
    reason:
      "retired by AWS; alarms watch failed deliveries, and undelivered messages are kept in the subscription's DLQ",
  },
  {
    ids: ["CKV_AWS_319", "CloudWatch.15", "CloudWatch.17"],
    what: "alarms do not act on missing data, but for the one on an audit that does not run",
    reason: "a pipeline nobody uploads to sends no metrics; actions are enabled and set on every alarm",
  },
  {
    ids: ["S3.1", "CloudTrail data events"],
    what: "account-wide settings",
    reason: "they belong to the account's owner, and a stack that sets them would fight with the next one",
  },
];
