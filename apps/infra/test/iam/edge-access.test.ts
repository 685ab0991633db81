import { describe, expect, it } from "vitest";
import { aCall, json, rest } from "./a-call.ts";
import type { HttpCall } from "./aws-call.ts";
import { KnownAccount } from "./known-account.ts";
import { toAccess } from "./operation-access.ts";
import { toOperation } from "./to-operation.ts";

const edge = (name: string) => `arn:aws:cloudfront::123456789012:${name}`;
const logs = (name: string) => `arn:aws:logs:us-east-1:123456789012:${name}`;
const URL_OF = "arn:aws:lambda:us-east-1:123456789012:function:p-dev-resolver:live";
const DISTRIBUTION = edge("distribution/E1");
const TAGS = "<Tags><Items><Tag><Key>Project</Key><Value>p</Value></Tag></Items></Tags>";
const xml = (service: string, line: string, body: string): HttpCall => {
  const [method = "", path = ""] = line.split(" ");
  return aCall({ service, method, path, body });
};

function accessOf(call: HttpCall, account = new KnownAccount()) {
  const operation = toOperation(call);
  return operation && toAccess(operation, account);
}

describe("the permissions of a delivery's calls", () => {
  it.each<[string, HttpCall, string[]]>([
    [
      "a new distribution with tags",
      xml("cloudfront", "POST /2020-05-31/distribution?WithTags=", TAGS),
      ["cloudfront:CreateDistribution *", `cloudfront:TagResource ${edge("distribution/new")}`],
    ],
    [
      "a change of a distribution",
      rest("cloudfront", "PUT /2020-05-31/distribution/E1/config"),
      [`cloudfront:UpdateDistribution ${DISTRIBUTION}`],
    ],
    [
      "a new function, which has no resource",
      xml("cloudfront", "POST /2020-05-31/function", "<Name>f</Name>"),
      ["cloudfront:CreateFunction *"],
    ],
    [
      "a function in a stage",
      rest("cloudfront", "GET /2020-05-31/function/f/describe?Stage=LIVE"),
      [`cloudfront:DescribeFunction ${edge("function/f")}`],
    ],
    [
      "a cache policy",
      rest("cloudfront", "DELETE /2020-05-31/cache-policy/c"),
      [`cloudfront:DeleteCachePolicy ${edge("cache-policy/c")}`],
    ],
    [
      "a key of signatures, which has no resource",
      rest("cloudfront", "GET /2020-05-31/public-key/K1"),
      ["cloudfront:GetPublicKey *"],
    ],
    [
      "a URL of a function, which belongs to its alias",
      rest("lambda", "GET /2021-10-31/functions/p-dev-resolver/url?Qualifier=live"),
      [`lambda:GetFunctionUrlConfig ${URL_OF}`],
    ],
    [
      "a new delivery of logs, which needs both of its ends",
      json("logs", "Logs_20140328.CreateDelivery", {
        deliverySourceName: "s",
        deliveryDestinationArn: logs("delivery-destination:d"),
      }),
      [
        `logs:CreateDelivery ${logs("delivery:new")}`,
        `logs:CreateDelivery ${logs("delivery-source:s")}`,
        `logs:CreateDelivery ${logs("delivery-destination:d")}`,
      ],
    ],
    [
      "a source of logs, which CloudFront must allow",
      json("logs", "Logs_20140328.PutDeliverySource", { name: "s", resourceArn: DISTRIBUTION }),
      [
        `logs:PutDeliverySource ${logs("delivery-source:s")}`,
        `cloudfront:AllowVendedLogDeliveryForResource ${DISTRIBUTION}`,
      ],
    ],
    [
      "a hosted zone",
      rest("route53", "GET /2013-04-01/hostedzone/Z1/rrset?name=a"),
      ["route53:ListResourceRecordSets arn:aws:route53:::hostedzone/Z1"],
    ],
  ])("are known for %s", (_what, call, access) => {
    expect(accessOf(call)?.map(({ action, resource }) => `${action} ${resource}`)).toEqual(access);
  });

  it("have the types of the records that change", () => {
    const call = xml("route53", "POST /2013-04-01/hostedzone/Z1/rrset/", "<Type>A</Type><Type>AAAA</Type>");
    expect(accessOf(call)?.map(({ context }) => context)).toEqual([
      { "route53:ChangeResourceRecordSetsRecordTypes": ["A", "AAAA"] },
    ]);
  });

  it("have the tags that a distribution has, and those that it gets", () => {
    const account = new KnownAccount();
    const creation = toOperation(xml("cloudfront", "POST /2020-05-31/distribution?WithTags=", TAGS));
    if (creation) account.learn(creation, `<ARN>${DISTRIBUTION}</ARN>`, "");
    const Resource = encodeURIComponent(DISTRIBUTION);
    const tag = TAGS.replace("Project", "Owner");
    const call = xml("cloudfront", `POST /2020-05-31/tagging?Operation=Tag&Resource=${Resource}`, tag);
    expect(accessOf(call, account)).toEqual([
      {
        action: "cloudfront:TagResource",
        resource: DISTRIBUTION,
        context: { "aws:RequestTag/Owner": "p", "aws:ResourceTag/Project": "p" },
      },
    ]);
  });
});
