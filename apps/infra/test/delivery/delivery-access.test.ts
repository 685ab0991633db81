import { PROCESSED_PREFIXES, toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aDeployment, type SynthesisedStack, synthesised, synthesisedDelivery } from "../deployments.ts";
import { evaluate } from "../iam/evaluate.ts";
import { statementsOf } from "../policies.ts";
import { edgeRequest, runViewerRequest } from "./run-edge-function.ts";

const ID = "abcdefghijklmnopqrstuvwxyz";
const SOURCE_ARN = "arn:aws:cloudfront::123456789012:distribution/E1ABCDEFGHIJKL";
const Association = z.object({ event_type: z.string(), function_arn: z.string() });
const Behaviour = z.object({
  path_pattern: z.string().optional(),
  target_origin_id: z.string(),
  function_association: z.array(Association),
  trusted_key_groups: z.array(z.string()).optional(),
});
const Distribution = z.object({
  default_cache_behavior: Behaviour,
  ordered_cache_behavior: z.array(Behaviour),
});

/** Returns the access that CloudFront gives to a path: its function first, then the bucket's policy. */
function access(config: Parameters<typeof aDeployment>[0], path: string, tags: Record<string, string> = {}) {
  const deployment = aDeployment(config);
  const stack = synthesisedDelivery(deployment);
  const behaviour = behaviourOf(stack, path);
  const { request, response } = runViewerRequest(functionOf(stack, behaviour), edgeRequest(path));
  if (!request) return { status: response.statusCode, by: "function" };
  const isSigned = behaviour.trusted_key_groups !== undefined;
  if (behaviour.target_origin_id !== "processed") return { status: 200, by: "resolver", isSigned };
  const { core } = synthesised(deployment);
  const policy = core.one("aws_s3_bucket_policy", "Processed/Policy").policy;
  const bucket = core.reference("aws_s3_bucket", "Processed/Bucket", "arn");
  const { isAllowed } = evaluate(withAccount(statementsOf(policy)), {
    action: "s3:GetObject",
    resource: `${bucket}${request.uri}`,
    context: { "aws:SourceArn": SOURCE_ARN, "aws:SecureTransport": "true", ...tags },
  });
  return { status: isAllowed ? 200 : 403, by: "bucket", isSigned };
}

function behaviourOf(stack: SynthesisedStack, path: string) {
  const found = Distribution.parse(stack.one("aws_cloudfront_distribution", "Edge/Distribution"));
  return (
    found.ordered_cache_behavior.find(({ path_pattern = "" }) =>
      path.startsWith(path_pattern.slice(0, -1)),
    ) ?? found.default_cache_behavior
  );
}

/** Returns the text of a behaviour's viewer-request function, by its reference. */
function functionOf(stack: SynthesisedStack, { function_association }: z.infer<typeof Behaviour>): string {
  const arn = function_association.find(({ event_type }) => event_type === "viewer-request")?.function_arn;
  for (const path of stack.all("aws_cloudfront_function").keys())
    if (stack.reference("aws_cloudfront_function", path, "arn") === arn)
      return String(stack.one("aws_cloudfront_function", path).code);
  throw new Error(`no function ${arn}`);
}

function withAccount(statements: ReturnType<typeof statementsOf>): ReturnType<typeof statementsOf> {
  return JSON.parse(JSON.stringify(statements).replaceAll(/\$\{data\.[^}]+\}/g, "123456789012"));
}

/** An address below each prefix, as an object of it is named. */
const ADDRESSES: Record<(typeof PROCESSED_PREFIXES)[number], string> = {
  "renditions/": `/renditions/${ID}/${ID}/large.avif`,
  "manifests/": `/${toManifestKey("bucket", "cat.jpg")}`,
  "analysis/": `/analysis/${toImageId("bucket", "cat.jpg")}.json`,
  "failures/": "/failures/message.json",
  "audit/": "/audit/progress.json",
  "secrets/": "/secrets/renditions",
};
const enabled = { delivery: { enabled: true } };

describe("of the prefixes in the processed bucket, the distribution", () => {
  it.each(PROCESSED_PREFIXES)("reads %s only if it is for pages", async (prefix) => {
    const status = prefix === "renditions/" ? 200 : 403;
    expect(access(enabled, ADDRESSES[prefix])).toMatchObject({ status });
    expect(access({ ...enabled, analysis: { enabled: true } }, ADDRESSES[prefix])).toMatchObject({ status });
  });

  it.each(PROCESSED_PREFIXES.filter((prefix) => !["renditions/", "manifests/"].includes(prefix)))(
    "reads %s in no way, even if an address of another behaviour leads to it",
    (prefix) => {
      const delivery = { enabled: true, manifests: { maxAgeSeconds: 1 } };
      for (const way of [
        `/${prefix}`,
        `/manifests/../${prefix}x`,
        `/renditions/../${prefix}x`,
        `//${prefix}x`,
      ])
        expect(access({ delivery }, way)).toMatchObject({ status: 403 });
    },
  );

  it("are all prefixes that a role may write to", () => {
    const { core, workflow } = synthesised(
      aDeployment({ analysis: { enabled: true }, workflow: { enabled: true } }),
    );
    const policies = [core, ...(workflow ? [workflow] : [])].flatMap((stack) => [
      ...stack.all("aws_iam_role_policy").values(),
    ]);
    const written = policies
      .flatMap(({ policy }) => statementsOf(policy))
      .filter(({ Action }) => Action.includes("s3:PutObject"))
      .flatMap(({ Resource }) => Resource.map((arn) => `${arn.split("/")[1]}/`));
    expect([...new Set(written)].sort()).toEqual([...PROCESSED_PREFIXES].sort());
  });
});

describe("the distribution", () => {
  it.each(["/", "/index.html", "/renditions", "/robots.txt", "/uploads/cat.jpg", "/.hashed/x"])(
    "answers 403 for the unknown path %s",
    (path) => {
      expect(access(enabled, path)).toEqual({ status: 403, by: "function" });
    },
  );

  it("reads manifests if they are public or signed, and asks for a signature only then", () => {
    const reads = (manifests: object | string) =>
      access(
        { delivery: { ...enabled.delivery, publicKeys: { a: PEM }, ...Object({ manifests }) } },
        ADDRESSES["manifests/"],
      );
    expect(reads("none")).toEqual({ status: 403, by: "function" });
    expect(reads({ maxAgeSeconds: 5 })).toEqual({ status: 200, by: "bucket", isSigned: false });
    expect(reads("signed")).toEqual({ status: 200, by: "bucket", isSigned: true });
  });

  it("asks for a signature on renditions and readable addresses if access is signed", () => {
    const delivery = { enabled: true, access: "signed" as const, publicKeys: { b: PEM } };
    expect(access({ delivery }, ADDRESSES["renditions/"])).toMatchObject({ status: 200, isSigned: true });
    expect(access({ delivery }, "/i/large/cat.jpg")).toEqual({ status: 200, by: "resolver", isSigned: true });
    expect(access(enabled, "/i/large/cat.jpg")).toMatchObject({ isSigned: false });
  });

  it("cannot read a quarantined rendition", () => {
    const config = { ...enabled, analysis: { enabled: true } };
    const tags = { "s3:ExistingObjectTag/quarantine": "true" };
    expect(access(config, ADDRESSES["renditions/"], tags)).toMatchObject({ status: 403, by: "bucket" });
  });
});

describe("the bucket's and the key's policies", () => {
  const deliveryStatements = (delivery: object) => {
    const { core } = synthesised(aDeployment({ delivery: { enabled: true, ...delivery } }));
    return [
      ...statementsOf(core.one("aws_s3_bucket_policy", "Processed/Policy").policy),
      ...statementsOf(core.one("aws_kms_key", "Encryption/Key").policy),
    ]
      .filter(({ Sid }) => Sid.startsWith("Delivery"))
      .map(({ Sid, Principal, Condition }) => ({ Sid, Principal, Condition }));
  };
  const account = "$" + "{data.aws_caller_identity.Account.account_id}";
  const arn = (id: string) => [`arn:aws:cloudfront::${account}:distribution/${id}`];
  const Principal = { Service: "cloudfront.amazonaws.com" };

  it("allow the account's distributions, whose ids they cannot know before there are any", () => {
    const Condition = { ArnLike: { "aws:SourceArn": arn("*") } };
    expect(deliveryStatements({})).toEqual([
      { Sid: "DeliveryReads", Principal, Condition },
      { Sid: "DeliveryDecrypts", Principal, Condition },
    ]);
  });

  it("allow only the distribution that the config names", () => {
    const Condition = { StringEquals: { "aws:SourceArn": arn("E1ABCDEFGHIJKL") } };
    expect(deliveryStatements({ distributionId: "E1ABCDEFGHIJKL" })).toEqual([
      { Sid: "DeliveryReads", Principal, Condition },
      { Sid: "DeliveryDecrypts", Principal, Condition },
    ]);
  });

  it("allow no distribution without a delivery", () => {
    const { core } = synthesised(aDeployment());
    expect(JSON.stringify(core.file)).not.toContain("cloudfront");
  });
});

const PEM = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----";
