import { join } from "node:path";
import { z } from "zod";
import { synthesise, synthesiseAccount } from "../../src/synthesise.ts";
import { aDeployment, SynthesisedStack, temporaryFolder } from "../deployments.ts";
import { EIGHT_ENVIRONMENTS } from "./eight-environments.ts";

const Texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
/** A statement of any policy; a trust policy has no Sid and no resource. */
const PolicyStatement = z.object({
  Sid: z.string().optional(),
  Action: Texts,
  Resource: Texts.default([]),
  Condition: z.record(z.string(), z.record(z.string(), Texts)).default({}),
});
const Policy = z.object({ Version: z.literal("2012-10-17"), Statement: z.array(PolicyStatement) });

export interface SynthesisedStatement extends z.infer<typeof PolicyStatement> {
  /** The stack, the resource and the Sid, for a message. */
  where: string;
}

/** Returns every statement of every policy in the stacks of several configs, with references as sample ARNs. */
export function synthesisedStatements(): SynthesisedStatement[] {
  return allStacks().flatMap(([name, stack]) =>
    Object.entries(stack.file.resource).flatMap(([type, blocks]) =>
      Object.entries(blocks).flatMap(([id, block]) =>
        Object.values(block).flatMap((value) => toStatements(value, `${name} ${type}.${id}`)),
      ),
    ),
  );
}

function toStatements(value: unknown, where: string): SynthesisedStatement[] {
  if (typeof value !== "string" || !value.includes('"Statement"')) return [];
  const { Statement } = Policy.parse(JSON.parse(withSampleArns(value)));
  return Statement.map((statement) => ({ ...statement, where: `${where} ${statement.Sid ?? "(trust)"}` }));
}

const AT = "us-east-1:123456789012";
/** Samples of what Terraform puts in place of a reference to `arn`. */
const SAMPLE_ARNS: Readonly<Record<string, string>> = {
  aws_cloudfront_distribution: "arn:aws:cloudfront::123456789012:distribution/sample",
  aws_cloudwatch_log_group: `arn:aws:logs:${AT}:log-group:/aws/lambda/sample`,
  aws_iam_openid_connect_provider: "arn:aws:iam::123456789012:oidc-provider/sample",
  aws_kms_key: `arn:aws:kms:${AT}:key/sample`,
  aws_lambda_alias: `arn:aws:lambda:${AT}:function:sample:live`,
  aws_lambda_function: `arn:aws:lambda:${AT}:function:sample`,
  aws_s3_bucket: "arn:aws:s3:::sample",
  aws_sfn_state_machine: `arn:aws:states:${AT}:stateMachine:sample`,
  aws_sns_topic: `arn:aws:sns:${AT}:sample`,
  aws_sqs_queue: `arn:aws:sqs:${AT}:sample`,
};

function withSampleArns(text: string): string {
  return text
    .replace(/\$\{data\.aws_caller_identity\.\w+\.account_id\}/g, "123456789012")
    .replace(
      /\$\{(?:data\.)?(\w+)\.\w+\.arn\}/g,
      (reference, type: string) => SAMPLE_ARNS[type] ?? reference,
    );
}

const ALL_PARTS = { analysis: { enabled: true }, workflow: { enabled: true }, delivery: { enabled: true } };
const CONFIGS: Readonly<Record<string, Parameters<typeof aDeployment>[0]>> = {
  kms: {
    ...ALL_PARTS,
    alarms: { slack: { workspaceId: "T012ABC", channelId: "C012ABC" } },
    readers: {
      accounts: ["210987654321"],
      roles: ["arn:aws:iam::210987654321:role/reader"],
      cloudFrontDistributions: ["arn:aws:cloudfront::210987654321:distribution/E1ABCDEFGHIJKL"],
    },
  },
  network: {
    ...ALL_PARTS,
    vpc: { subnetIds: ["subnet-01234567"], securityGroupIds: ["sg-01234567"] },
    deployments: { canaryMinutes: 10 },
  },
  "sse-s3": { ...ALL_PARTS, encryption: "sse-s3", retiredKey: false },
  "sse-s3 with a retired key": { ...ALL_PARTS, encryption: "sse-s3", retiredKey: true },
  existing: {
    ...ALL_PARTS,
    uploads: {
      existingBucket: "team-uploads",
      existingBucketKeyArn: "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555",
    },
  },
  bridged: { uploads: { trigger: "eventbridge" } },
  default: {},
};

function allStacks(): [name: string, stack: SynthesisedStack][] {
  const environments = Object.entries(CONFIGS).flatMap(([name, config]) =>
    read(name, (outdir) => synthesise(aDeployment(config), outdir).stacks),
  );
  return [...environments, ...read("account", (outdir) => synthesiseAccount(EIGHT_ENVIRONMENTS, outdir))];
}

function read(name: string, write: (outdir: string) => string[]): [string, SynthesisedStack][] {
  const outdir = temporaryFolder();
  return write(outdir).map((id) => [
    `${name}/${id}`,
    new SynthesisedStack(join(outdir, "stacks", id, "cdk.tf.json")),
  ]);
}
