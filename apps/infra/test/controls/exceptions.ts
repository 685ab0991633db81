import type { Exception } from "./control.ts";

/** Findings that a scanner reports, each with the reason for it; `scanners.test.ts` compares them with the stacks. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    ids: ["CKV_AWS_68", "CKV2_AWS_47", "AWS-0011", "CloudFront.6"],
    what: "the distribution has no web ACL by default",
    reason:
      "it answers GET only, without cookies and queries for its origins, and a web ACL costs 5 USD a month and 0.60 for a million requests: `delivery.webAclArn` sets one",
  },
  {
    ids: ["CKV_AWS_86", "AWS-0010", "CloudFront.5"],
    what: "the distribution has no `logging_config`",
    reason:
      "that is the legacy log, which needs a bucket with ACLs; access logs are delivered by standard logging v2, which these checks do not know",
  },
  {
    ids: ["CKV_AWS_18", "AWS-0089", "AWS-0132"],
    on: /EdgeAccessLogs/,
    what: "the bucket for CloudFront's access logs has neither an access log nor a customer key",
    reason:
      "it is for logs, as the core's bucket for access logs is, which Trivy recognises by S3's log delivery only",
  },
  {
    ids: ["CKV_AWS_310", "CloudFront.4"],
    what: "the distribution has no second origin to fail over to",
    reason: "renditions are in one bucket in one region; the edge serves its copies while the origin fails",
  },
  {
    ids: ["CKV_AWS_374"],
    what: "the distribution serves all countries",
    reason: "the application's pages decide who sees its pictures",
  },
  {
    ids: ["CKV_AWS_145"],
    on: /AccessLogs/,
    what: "the buckets for access logs, S3's and CloudFront's, have no customer key",
    reason: "S3 delivers access logs to buckets under SSE-S3 only, and CloudFront's are kept like them",
  },
  {
    ids: ["S3.9"],
    on: /AccessLogs/,
    what: "the buckets for access logs have no access log",
    reason: "a log of its own deliveries would never end",
  },
  {
    ids: ["CKV_AWS_18", "S3.9", "AWS-0089"],
    on: /State_/,
    what: "the bucket of Terraform's states has no access log",
    reason:
      "the stack that must exist before all others would need a second bucket; CloudTrail's data events show who reads and writes states, and every version is kept for a year",
  },
  {
    ids: ["CKV2_AWS_62", "S3.11"],
    what: "only the upload bucket has notifications, and the check does not find them: they are in a stack of their own",
    reason:
      "the worker sends result events after it has written the manifest, which a bucket notification cannot know; states and logs have no consumer",
  },
  {
    ids: ["CKV_AWS_116"],
    on: /Analyzer|Backfill|Worker|Analyse|Inspect|Publish|Quarantine|Render|Resolver|Invalidation|Webhook/,
    what: "the worker (also of the backfill), the analyzer, the invalidator, the webhooks, the resolver and the workflow's functions have no `dead_letter_config`",
    reason:
      "Lambda's poller, CloudFront and Step Functions invoke them synchronously, which never uses it: failed messages return to the queue and, after `maxReceiveCount`, go to its DLQ",
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
    ids: ["CKV_AWS_117", "Lambda.3"],
    what: "the functions are in no VPC by default",
    reason:
      "they call only S3, SNS, SQS and Rekognition, over TLS; a VPC would add NAT or endpoints without more protection. `vpc` in the config has all of them in one",
  },
  {
    ids: ["CKV_AWS_272"],
    what: "no code signing",
    reason:
      "a signature proves who built a zip, but AWS Signer would sign in the same job that builds and deploys, with the same role, so it would sign whatever that job made. Zips are built reproducibly, named by hash in the reviewed plan and applied only by the deploy workflow's role",
  },
  {
    ids: ["CKV_AWS_285"],
    what: "the state machine's log has every transition, but not the data of its executions",
    reason: "the data has keys and names of users' files, which would stay in the log for a year",
  },
  {
    ids: ["CKV_AWS_290"],
    on: /Policy\d* UseWithoutResource/,
    what: "the apply role may `cloudwatch:PutCompositeAlarm` on `*`",
    reason: "AWS requires `*` for it, although the action has a resource type",
  },
  {
    ids: ["CKV_AWS_355"],
    on: /(Read|Use)WithoutResource|RecogniseContent/,
    what: "GitHub's roles may `cloudwatch:DescribeAlarms` and `PutCompositeAlarm`, the analyzer and the permissions boundary `rekognition:DetectModerationLabels` on `*`",
    reason:
      "AWS requires `*` for the first two; the third has a resource only for adapters of one's own, which are not used",
  },
  {
    ids: ["AWS-0342"],
    on: /Apply/,
    what: "the apply role may pass roles (`iam:PassRole`)",
    reason:
      "functions, state machines, pipes and chat channels need one; only the environment's own roles, and only to these services",
  },
  {
    ids: ["KMS.1", "KMS.2"],
    on: /UseCoreKeyThroughServices|ReadSettingsUnderKeys|WriteKeys|UseStateKey/,
    what: "GitHub's roles, the workflow's and the resolver's may decrypt with keys of the form `key/*`",
    reason:
      "a key's id is not known before it exists: conditions on its alias or tags, and on the service, leave only the pipeline's own, but this check ignores conditions",
  },
  {
    ids: ["KMS.1"],
    on: /Boundary (UseKeys|ReadWithTheirKeys)/,
    what: "the permissions boundaries of the environments allow decrypting with keys of the form `key/*` or, for existing buckets, `*`",
    reason:
      "a boundary gives no permission by itself; its conditions leave the environment's keys, and through S3 alone those of existing buckets, whose owners choose them",
  },
  {
    ids: ["AWS-0170", "S3.15", "S3.20"],
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
    ids: ["S3.1", "AWS-0171", "AWS-0172"],
    what: "the account's block of public access and CloudTrail's data events are not set",
    reason: "they belong to the account's owner, and two stacks that set them would conflict",
  },
];
