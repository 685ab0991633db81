import { describe, expect, it } from "vitest";
import { failures } from "../../src/plan-review/fail-on.ts";
import { reviewPlans } from "../../src/plan-review/review.ts";
import { LOAD, markdownOf, realPlan, section } from "./plans.ts";

describe("a plan that changes nothing", () => {
  it("is reported in one line, even if white space in a JSON text differs", () => {
    const [mark, ...lines] = markdownOf(realPlan("unchanged")).trimEnd().split("\n");
    expect(mark).toMatch(/^<!-- .* -->$/);
    expect(lines).toEqual(["No changes to `image-pipeline-core`."]);
  });
});

describe("a plan that renames a bucket and weakens its settings", () => {
  const plan = realPlan("dangerous");
  const markdown = markdownOf(plan);

  it("reports the bucket before anything else", () => {
    expect(markdown.indexOf("### ")).toBe(markdown.indexOf("### Data at risk"));
    expect(section(markdown, "Data at risk")).toEqual([
      "- **REPLACES (deletes and re-creates) because `bucket` changes**: `image-pipeline-local-processed-123456789012` is lost with every object in it (`aws_s3_bucket.Processed_Bucket_4E7B3D4C`)",
      "- keeps messages for 3600 s only (`aws_sqs_queue.Renditions_Queue_5982A800`)",
    ]);
  });

  it("reports new access for anyone, and the block that is removed", () => {
    expect(section(markdown, "Public exposure")).toEqual([
      "- **anyone** may `s3:GetObject` on `arn:aws:s3:::image-pipeline-local-uploads-123456789012/*` (`aws_s3_bucket_policy.Uploads_Policy_CA80B555`)",
      "- `block_public_policy` is switched off (`aws_s3_bucket_public_access_block.AccessLogs_PublicAccessBlock_00132452`)",
    ]);
  });

  it("reports changed encryption, at rest and in transit", () => {
    expect(section(markdown, "Encryption")).toEqual([
      "- from a key that is rotated to a key that is never rotated (`aws_kms_key.Encryption_Key_CE967442`)",
      "- no longer demands TLS (`aws_s3_bucket_policy.Uploads_Policy_CA80B555`)",
      expect.stringMatching(
        /^- from the key `arn:aws:kms:.*` to SQS's own key \(`aws_sqs_queue\.Renditions_Queue_/,
      ),
    ]);
  });

  it("reports the rule between resources that it breaks", () => {
    expect(section(markdown, "Broken rules")).toEqual([
      "- its visibility timeout 60 s must be at least 360 s: 6 time-outs of `image-pipeline-local-worker` and the batching window (`image-pipeline-local-renditions`)",
    ]);
  });

  it("reports its cost, with the date and region of the prices", () => {
    expect(section(markdown, "Cost")).toEqual([
      "+$3.89 a month, from $13.23 to $17.11, at 100000 images a month (list prices of us-east-1, January 2026; without storage, logs and traffic).",
    ]);
  });

  it("names the policies that are not known yet", () => {
    expect(section(markdown, "Permissions gained")).toContain(
      "- known only once it is applied: `aws_s3_bucket_policy.Processed_Policy_31730FB0`",
    );
  });

  it("is refused for each requested reason, and for no other", () => {
    const review = reviewPlans([plan], LOAD);
    expect(failures(review, ["destroy-data", "public", "iam-wildcard"])).toEqual(["destroy-data", "public"]);
    expect(failures(review, ["unknown-policy"])).toEqual(["unknown-policy"]);
    expect(failures(review, [])).toEqual([]);
  });
});

describe("a plan that widens a role's policy", () => {
  const plan = realPlan("widened");

  it("is reported with its new permissions only", () => {
    expect(section(markdownOf(plan), "Permissions gained")).toEqual([
      "- ⚠ wildcard: **role image-pipeline-local-worker** may `s3:*` on `arn:aws:s3:::image-pipeline-local-uploads-123456789012/*`",
      "- **role image-pipeline-local-worker** may `sqs:SendMessage` on `arn:aws:sqs:us-east-1:123456789012:image-pipeline-local-renditions`",
      "- ⚠ wildcard: **role image-pipeline-local-worker** may `sns:Publish` on `*`",
    ]);
  });

  it("is reported with the permissions that it removes", () => {
    expect(section(markdownOf(plan), "Permissions lost")).toEqual([
      "- **role image-pipeline-local-worker** may `s3:DeleteObject` on `arn:aws:s3:::image-pipeline-local-processed-123456789012/failures/*`",
    ]);
  });

  it("is refused for its wildcards", () => {
    expect(failures(reviewPlans([plan], LOAD), ["destroy-data", "public", "iam-wildcard"])).toEqual([
      "iam-wildcard",
    ]);
  });
});

describe("a first plan", () => {
  const plan = realPlan("created");

  it("puts nothing at risk and is refused for nothing", () => {
    const review = reviewPlans([plan], LOAD);
    expect(failures(review, ["destroy-data", "public", "iam-wildcard"])).toEqual([]);
    expect(markdownOf(plan)).toContain("**13 to create, 0 to change, 0 to replace, 0 to destroy.**");
  });

  it("reports the condition under which a service may use the key", () => {
    expect(section(markdownOf(plan), "Permissions gained")).toContain(
      "- **cloudwatch.amazonaws.com** may `kms:Decrypt`, `kms:GenerateDataKey*` on `the key`, when `aws:SourceArn` ArnLike `arn:aws:cloudwatch:us-east-1:123456789012:alarm:image-pipeline-local-*` and `aws:SourceAccount` StringEquals `123456789012`",
    );
  });
});

it("counts the plans of all stacks together, each with its own list of changes", () => {
  const markdown = markdownOf(realPlan("created"), {
    ...realPlan("widened"),
    stack: "image-pipeline-notifications",
  });
  expect(markdown).toContain("**13 to create, 1 to change, 0 to replace, 0 to destroy.**");
  expect(markdown.match(/<details>/g)).toHaveLength(2);
});
