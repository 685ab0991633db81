import type { Exception } from "./control.ts";

/** Findings that a scanner may still report, with the reason for each. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    ids: ["CKV_AWS_18", "CKV_AWS_145", "S3.9"],
    what: "the bucket for access logs has no customer key and no access log",
    reason:
      "S3 delivers access logs to buckets under SSE-S3 only, and a log of its deliveries would never end",
  },
  {
    ids: ["CKV2_AWS_62", "S3.11"],
    what: "the processed and the log bucket have no notifications",
    reason:
      "the worker sends result events after it has written the manifest, which a bucket notification cannot know",
  },
  {
    ids: ["CKV_AWS_116"],
    what: "the worker and the analyzer have no `dead_letter_config`",
    reason:
      "Lambda's poller invokes them synchronously: failed messages return to the queue and, after `maxReceiveCount`, go to its DLQ",
  },
  {
    ids: ["CKV_AWS_115"],
    what: "no function has reserved executions by default",
    reason:
      "they are taken from the account's quota, which is 10 in new accounts; `reserveConcurrency` in the config reserves some for every function",
  },
  {
    ids: ["CKV_AWS_144", "S3.7"],
    what: "no replication to another region",
    reason:
      "renditions can be rendered again from the uploads; a second region for uploads is their owner's choice",
  },
  {
    ids: ["CKV_AWS_117", "Lambda.3", "Lambda.5"],
    what: "the functions are in no VPC",
    reason:
      "they call only S3, SNS, SQS and Rekognition, over TLS; a VPC would add NAT or endpoints without more protection",
  },
  {
    ids: ["CKV_AWS_272"],
    what: "no code signing",
    reason:
      "zips are built reproducibly, named by hash in the reviewed plan and applied only by the deploy workflow's role",
  },
  {
    ids: ["CKV_AWS_109", "CKV_AWS_111"],
    what: "the key policy gives the account `kms:*` on `*`",
    reason:
      "in a key policy `*` is that key; without the statement a mistake in the policy would lock the key permanently",
  },
  {
    ids: ["S3.15", "S3.20"],
    what: "no object lock, no MFA delete",
    reason: "both need a person or the account's root at each change; versioning keeps overwritten objects",
  },
  {
    ids: ["SNS.2"],
    what: "no delivery status logging",
    reason:
      "retired by AWS; alarms watch failed deliveries, and undelivered messages are kept in the subscription's DLQ",
  },
  {
    ids: ["CKV_AWS_319", "CloudWatch.15", "CloudWatch.17"],
    what: "alarms ignore missing data, except the one on missing audit runs",
    reason: "a pipeline without uploads sends no metrics; actions are enabled and set on every alarm",
  },
  {
    ids: ["S3.1", "CloudTrail data events"],
    what: "account-wide settings",
    reason: "they belong to the account's owner, and two stacks that set them would conflict",
  },
];
