import { HOSTILE_ROWS, harmIn } from "@image-pipeline/testing";
import { describe, expect, it } from "vitest";
import { asHtml, asText, codeBlock, inCode } from "../../src/plan-review/markdown.ts";
import { aChange, markdownOf, policy } from "./plans.ts";

/** The longest run of backticks. */
const longestRun = (text: string) => Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));

describe("Markdown", () => {
  it.each(HOSTILE_ROWS)("has a text that %s in a code span that it cannot end", (_harm, text) => {
    const [, fence = "", inner = ""] = /^(`+)([\s\S]*)\1$/.exec(inCode(text)) ?? [];
    expect(longestRun(inner.trim())).toBeLessThan(fence.length);
    expect(harmIn(inCode(text))).toEqual([]);
  });

  it.each(HOSTILE_ROWS)("has a text that %s without its markup outside of code", (_harm, text) => {
    const shown = asText(text);
    const unescaped = shown.replaceAll("@<!-- -->", "").replaceAll(/\\[!-/:-@[-`{-~]/g, "");
    expect(unescaped).not.toMatch(/[\\`*_[\]<>&~$|@]|:\/\//);
    expect(harmIn(shown)).toEqual([]);
  });

  it.each(HOSTILE_ROWS)("has a text that %s in a block of code that it cannot end", (_harm, text) => {
    const [first = "", ...rest] = codeBlock([text, "next"]);
    expect(rest).toHaveLength(3);
    expect(rest.at(-1)).toBe(first);
    expect(longestRun(rest.slice(0, -1).join(" "))).toBeLessThan(first.length);
  });

  it.each(HOSTILE_ROWS)("has a text that %s as text of HTML", (_harm, text) => {
    expect(asHtml(text)).not.toMatch(/[<>"'`@]|&(?!#\d+;)/);
  });

  it("keeps ordinary names as they are", () => {
    expect([inCode("a-b_c"), asText("arn:aws:iam::123456789012:root")]).toEqual([
      "`a-b_c`",
      "arn:aws:iam::123456789012:root",
    ]);
  });

  it.each(HOSTILE_ROWS)("lets no value that %s start a line of the review", (_harm, text) => {
    const statement = { Effect: "Allow", Principal: { AWS: text }, Action: text, Resource: text };
    const changes = [
      { ...aChange("aws_s3_bucket", { bucket: text }, null), address: `aws_s3_bucket.it[${text}]` },
      aChange("aws_sqs_queue_policy", null, { policy: policy(statement) }),
      aChange("aws_sns_topic", { kms_master_key_id: text }, { kms_master_key_id: "" }),
    ];
    const lines = markdownOf({ stack: text, changes, unchanged: [] }).trimEnd().split("\n");
    expect(lines.flatMap(harmIn)).toEqual([]);
    for (const line of lines)
      expect(line).toMatch(
        /^(<!-- image-pipeline|## Plan of `|\*\*\d|### |- |`{3,}$|[+~±−] |<\/?details>|[+−]?\$|no difference|$)/,
      );
  });
});
