import { describe, expect, it } from "vitest";
import type { Operation } from "../iam/operation.ts";
import { EdgeSupplement } from "./edge-supplement.ts";

const edge = (action: string, input: Operation["input"] = {}): Operation => ({
  service: "cloudfront",
  action,
  input,
});
const settings = (kind: string, content: string) => ({
  Body: `<${kind}Config xmlns="x">${content}</${kind}Config>`,
});
const idIn = (body: string) => /<Id>(\w+)<\/Id>/.exec(body)?.[1] ?? "";

/** Creates a resource and returns its id. */
function create(supplement: EdgeSupplement, kind: string, content: string): string {
  const answer = supplement.answer(edge(`Create${kind}`, settings(kind, content)));
  expect([kind, answer.status]).toEqual([kind, 201]);
  return idIn(answer.body);
}

describe("the supplement to moto for CloudFront", () => {
  it.each([
    "CachePolicy",
    "Distribution",
    "KeyGroup",
    "OriginAccessControl",
    "PublicKey",
    "ResponseHeadersPolicy",
  ])("returns a %s as it was put last, with another ETag, until it is deleted", (kind) => {
    const supplement = new EdgeSupplement();
    const Id = create(supplement, kind, "<Name>a</Name>");
    const created = supplement.answer(edge(`Get${kind}`, { Id }));
    expect(created.body).toContain(`<${kind}Config><Name>a</Name>`);
    const updated = supplement.answer(edge(`Update${kind}`, { Id, ...settings(kind, "<Name>b</Name>") }));
    expect(updated.body).toContain(`<${kind}Config><Name>b</Name>`);
    expect(updated.headers.etag).not.toBe(created.headers.etag);
    expect(supplement.answer(edge(`Delete${kind}`, { Id })).status).toBe(204);
    const gone = supplement.answer(edge(`Get${kind}`, { Id }));
    expect([gone.status, gone.body]).toEqual([404, expect.stringMatching(/<Code>NoSuch\w+<\/Code>/)]);
  });

  it("refuses to delete a policy or a function while a distribution uses it", () => {
    const supplement = new EdgeSupplement();
    supplement.answer(edge("CreateFunction", { Name: "f" }));
    const Id = create(supplement, "CachePolicy", "");
    const used = `<CachePolicyId>${Id}</CachePolicyId><FunctionARN>arn:aws:cloudfront::123456789012:function/f</FunctionARN>`;
    const distribution = create(supplement, "Distribution", used);
    const remove = () => [
      supplement.answer(edge("DeleteCachePolicy", { Id })).status,
      supplement.answer(edge("DeleteFunction", { Name: "f" })).status,
    ];
    expect(remove()).toEqual([409, 409]);
    supplement.answer(edge("DeleteDistribution", { Id: distribution }));
    expect(remove()).toEqual([204, 204]);
  });

  it("returns the code of a function, which is live once it is published", () => {
    const supplement = new EdgeSupplement();
    const code = Buffer.from("function handler() {}").toString("base64");
    const body = `<FunctionConfig><Runtime>r</Runtime></FunctionConfig><FunctionCode>${code}</FunctionCode>`;
    const live = () => supplement.answer(edge("DescribeFunction", { Name: "f", Stage: "LIVE" }));
    expect(supplement.answer(edge("CreateFunction", { Name: "f", Body: body })).status).toBe(201);
    expect(live().status).toBe(404);
    const published = supplement.answer(edge("PublishFunction", { Name: "f" }));
    expect([live().status, live().headers.etag]).toEqual([200, published.headers.etag]);
    expect(supplement.answer(edge("GetFunction", { Name: "f" })).body).toBe("function handler() {}");
  });

  it("returns the tags of a distribution, also after they change", () => {
    const supplement = new EdgeSupplement();
    const made = supplement.answer(
      edge("CreateDistribution", { ...settings("Distribution", ""), Tags: [{ Key: "A", Value: "b" }] }),
    );
    const Resource = /<ARN>(.+)<\/ARN>/.exec(made.body)?.[1];
    supplement.answer(edge("TagResource", { Resource, Tags: [{ Key: "C", Value: "d" }] }));
    supplement.answer(edge("UntagResource", { Resource, TagKeys: ["A"] }));
    expect(supplement.answer(edge("ListTagsForResource", { Resource })).body).toContain(
      "<Items><Tag><Key>C</Key><Value>d</Value></Tag></Items>",
    );
  });

  it("invalidates copies of a distribution, and of no other", () => {
    const supplement = new EdgeSupplement();
    const Id = create(supplement, "Distribution", "");
    expect(supplement.answer(edge("CreateInvalidation", { Id })).status).toBe(201);
    expect(supplement.answer(edge("CreateInvalidation", { Id: "E1" })).body).toContain("NoSuchDistribution");
  });
});
