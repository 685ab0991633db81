import { describe, expect, it } from "vitest";
import { allowsRead, BucketPolicy, isLike } from "../../src/topology/bucket-policy.ts";

const ARN = "arn:aws:cloudfront::000000000000:distribution/E1";
const ALLOW = {
  Effect: "Allow",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::b/renditions/*",
  Condition: { ArnLike: { "aws:SourceArn": "arn:aws:cloudfront::000000000000:distribution/*" } },
};
const DENY = { Effect: "Deny", Principal: "*", Action: "s3:GetObject*", Resource: "arn:aws:s3:::b/*" };

function allows(
  statements: readonly object[],
  { key = "renditions/a", ...context }: Record<string, string> = {},
) {
  return allowsRead(BucketPolicy.parse({ Statement: statements }), {
    service: "cloudfront.amazonaws.com",
    resource: `arn:aws:s3:::b/${key}`,
    context: { "aws:SourceArn": ARN, "aws:SecureTransport": "true", ...context },
  });
}

describe("a bucket's policy", () => {
  it("lets the distribution read what a statement allows, and nothing else", () => {
    expect([allows([ALLOW]), allows([ALLOW], { key: "failures/a" }), allows([])]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([
    ["for another service", { Principal: { Service: "logging.s3.amazonaws.com" } }],
    [
      "for another account's distribution",
      { Condition: { ArnLike: { "aws:SourceArn": ARN.replace("000", "111") } } },
    ],
    ["for another action", { Action: "s3:PutObject" }],
    ["with a condition that is unknown here", { Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } }],
  ])("allows nothing by a statement %s", (_, change) => {
    expect(allows([{ ...ALLOW, ...change }])).toBe(false);
  });

  it.each([
    ["whose condition is met", { StringEquals: { "s3:ExistingObjectTag/quarantine": "true" } }, false],
    ["whose condition is not met", { StringEquals: { "s3:ExistingObjectTag/quarantine": "false" } }, true],
    [
      "whose negated condition has no key in the request",
      { ArnNotEquals: { "aws:PrincipalArn": ["arn:a"] } },
      false,
    ],
    ["about unencrypted requests", { Bool: { "aws:SecureTransport": "false" } }, true],
    ["with a condition that is unknown here", { NumericLessThan: { "s3:TlsVersion": "1.2" } }, false],
  ])("denies by a statement %s", (_, Condition, isAllowed) => {
    const tags = { "s3:ExistingObjectTag/quarantine": "true" };
    expect(allows([ALLOW, { ...DENY, Condition }], tags)).toBe(isAllowed);
  });
});

it.each([
  ["/i/thumb/a.png", "/i/*", true],
  ["/index", "/i/*", false],
  ["/a.png", "/?.png", true],
  ["/a+png", "/a.png", false],
])("%s matches the pattern %s: %s", (value, pattern, matches) => {
  expect(isLike(value, pattern)).toBe(matches);
});
