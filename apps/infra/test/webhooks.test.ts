import { join } from "node:path";
import { LocalWebhookEnvironment, readEnvironment } from "@image-pipeline/schema/environment";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { synthesiseAccount } from "../src/synthesise.ts";
import { aDeployment, SynthesisedStack, synthesised, temporaryFolder } from "./deployments.ts";
import { evaluate } from "./iam/evaluate.ts";
import { statementsOf } from "./policies.ts";

const SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf";
const KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const WEBHOOKS = [
  { url: "https://shop.example.com/images", secretArn: SECRET, types: ["image.processed" as const] },
  { name: "search", url: "https://shop.example.com/search", secretArn: SECRET, secretKeyArn: KEY },
];
const { core } = synthesised(aDeployment({ webhooks: WEBHOOKS }));
const pathsOf = (type: string, stack = core) =>
  [...stack.all(type).keys()].filter((path) => path.startsWith("Webhook")).toSorted();

describe("a webhook", () => {
  it("is a subscriber of its own, with a function, a queue and a DLQ, so that none delays another", () => {
    expect(pathsOf("aws_lambda_function")).toEqual([
      "WebhookSearch/Handler/Function",
      "WebhookShopExampleCom/Handler/Function",
    ]);
    expect(pathsOf("aws_sqs_queue")).toHaveLength(4);
    expect(core.one("aws_sqs_queue", "WebhookSearch/Queue").name).toBe("image-pipeline-dev-webhook-search");
    expect(Object.keys(core.file.output ?? {})).toContain("webhook_search_dlq_url");
  });

  it("gets the types of events that the config names, by default all", () => {
    const typesOf = (id: string) =>
      JSON.parse(String(core.one("aws_sns_topic_subscription", `${id}/Subscription`).filter_policy));
    expect(typesOf("WebhookShopExampleCom")).toEqual({ type: ["image.processed"] });
    expect(typesOf("WebhookSearch").type).toHaveLength(4);
  });

  it("is tried for about a day, each wait within SQS's 12 hours, and moves a message to the DLQ after the last attempt", () => {
    const { variables } = z
      .object({ variables: z.record(z.string(), z.string()) })
      .parse(core.one("aws_lambda_function", "WebhookSearch/Handler/Function").environment);
    const environment = readEnvironment(LocalWebhookEnvironment, variables);
    const { RETRY_DELAYS } = environment;
    const hours = RETRY_DELAYS.reduce((sum, seconds) => sum + seconds, 0) / 3600;
    expect(hours).toBeGreaterThan(20);
    expect(hours).toBeLessThan(30);
    expect(Math.max(...RETRY_DELAYS) * 1.2).toBeLessThan(12 * 3600);
    const { redrive_policy } = core.one("aws_sqs_queue", "WebhookSearch/Queue");
    expect(String(redrive_policy)).toContain(`"maxReceiveCount":${RETRY_DELAYS.length + 1}`);
    expect(environment.WEBHOOK_ALLOWS_LOOPBACK).toBeUndefined();
  });

  it("may read its own secret, and decrypt nothing but this with the secret's key", () => {
    const { policy } = core.one("aws_iam_role_policy", "WebhookSearch/Handler/RolePolicy");
    const own = statementsOf(policy).filter(({ Sid }) => Sid?.includes("WebhookSecrets"));
    expect(own).toMatchObject([
      { Action: ["secretsmanager:GetSecretValue"], Resource: [SECRET] },
      {
        Action: ["kms:Decrypt"],
        Resource: [KEY],
        Condition: { StringEquals: { "kms:EncryptionContext:SecretARN": [SECRET] } },
      },
    ]);
    const other = core.one("aws_iam_role_policy", "WebhookShopExampleCom/Handler/RolePolicy");
    expect(String(other.policy)).not.toContain(KEY);
  });

  it("is not deployed without one in the config", () => {
    const stack = synthesised(aDeployment()).core;
    expect(pathsOf("aws_lambda_function", stack)).toEqual([]);
    expect(pathsOf("aws_sqs_queue", stack)).toEqual([]);
  });

  it("has its secret in the permissions boundary of its environment, and of no other", () => {
    const outdir = temporaryFolder();
    const { pipeline } = aDeployment({ ci: { repository: "us/images" } });
    const webhooks = [{ environment: "dev", secretArn: SECRET, secretKeyArn: null }];
    synthesiseAccount(
      { pipeline, environments: ["dev", "prod"], existingBuckets: {}, webhooks, stateBucket: null },
      outdir,
    );
    const stack = new SynthesisedStack(join(outdir, "stacks/image-pipeline-ci/cdk.tf.json"));
    const isAllowed = (id: string) =>
      evaluate(statementsOf(stack.one("aws_iam_policy", id).policy), {
        action: "secretsmanager:GetSecretValue",
        resource: SECRET,
      }).isAllowed;
    expect([isAllowed("DevBoundary"), isAllowed("ProdBoundary")]).toEqual([true, false]);
  });
});

describe("the config of webhooks", () => {
  const [first] = WEBHOOKS;
  const url = "https://shop.example.com/images";
  it.each([
    [{ url: "http://shop.example.com/" }, /webhooks\.0\.url: must be an address of the internet with https/],
    [{ url: "https://10.0.0.1/" }, /webhooks\.0\.url: must be an address/],
    [{ url: "https://[fd00::1]/" }, /webhooks\.0\.url: must be an address/],
    [{ url: "https://localhost/" }, /webhooks\.0\.url: must be an address/],
    [{ url: "https://me:secret@shop.example.com/" }, /webhooks\.0\.url: must be an address/],
    [{ url, secretArn: "shop" }, /webhooks\.0\.secretArn: must be the complete ARN/],
    [{ url, types: [] }, /webhooks\.0\.types: must have at least one type/],
  ])("refuses %j with one line", (changes, fault) => {
    const webhook = { secretArn: SECRET, ...changes };
    expect(() => aDeployment({ webhooks: [webhook] })).toThrow(fault);
  });

  it("refuses two webhooks with one name", () => {
    expect(() => aDeployment({ webhooks: first ? [first, first] : [] })).toThrow(
      'webhooks.1.name: must be another than "shop-example-com", the name of webhooks[0]',
    );
  });
});
