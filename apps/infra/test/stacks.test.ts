import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { synthesise } from "../src/synthesise.ts";
import { aDeployment, synthesised, temporaryFolder } from "./deployments.ts";

/** Returns every file below a folder with its content. */
function contentsOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [path.slice(folder.length), readFileSync(path, "base64")];
    }),
  );
}

describe("the stacks", () => {
  it("are identical, file by file, when synthesised twice", () => {
    const deployment = aDeployment();
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    synthesise(deployment, one);
    synthesise(deployment, two);
    expect(contentsOf(one)).toEqual(contentsOf(two));
    expect([...contentsOf(one).keys()]).toContain("/stacks/image-pipeline-core/cdk.tf.json");
  });

  it("have ids without a suffix for dev and local, and with the environment's name for any other", () => {
    const outdir = temporaryFolder();
    synthesise(aDeployment({ environment: "dev" }), outdir);
    expect(readdirSync(join(outdir, "stacks"))).toEqual([
      "image-pipeline-core",
      "image-pipeline-notifications",
    ]);
    synthesise(aDeployment({ environment: "prod" }), outdir);
    expect(readdirSync(join(outdir, "stacks"))).toEqual([
      "image-pipeline-core-prod",
      "image-pipeline-notifications-prod",
    ]);
  });

  it("depend on the core before the notifications", () => {
    const outdir = temporaryFolder();
    synthesise(aDeployment(), outdir);
    const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    expect(manifest.stacks["image-pipeline-notifications"].dependencies).toEqual(["image-pipeline-core"]);
  });

  it("contain no path of this machine", () => {
    const outdir = temporaryFolder();
    synthesise(aDeployment(), outdir);
    const text = readFileSync(join(outdir, "stacks/image-pipeline-core/cdk.tf.json"), "utf8");
    expect(text).not.toContain(outdir);
    expect(text).not.toContain(process.cwd());
  });

  it("contain no expressions except plain references", () => {
    const { core, notifications } = synthesised(aDeployment());
    const text = JSON.stringify([core.file, notifications.file]);
    for (const [, expression] of text.matchAll(/\$\{([^}]*)\}/g))
      expect(expression).toMatch(/^((data\.)?aws_\w+\.\w+|self\.output)\.\w+( == \\"[\w-]+\\".*)?$/);
  });

  it("stay unchanged if a rule is broken", () => {
    const outdir = temporaryFolder();
    synthesise(aDeployment(), outdir);
    const before = contentsOf(outdir);
    const broken = aDeployment({ environment: "prod", worker: { maxReceiveCount: 1 } });
    expect(() => synthesise(broken, outdir)).toThrow("maxReceiveCount");
    expect(contentsOf(outdir)).toEqual(before);
  });

  it("are not written to a new folder if a rule is broken", () => {
    const outdir = join(temporaryFolder(), "new");
    expect(() => synthesise(aDeployment({ worker: { maxReceiveCount: 1 } }), outdir)).toThrow();
    expect(existsSync(join(outdir, "manifest.json"))).toBe(false);
    expect(contentsOf(outdir)).toEqual(new Map());
  });
});

describe("state", () => {
  it("is in one file for each stack beside cdktf.json", () => {
    const { core, notifications } = synthesised(aDeployment({ environment: "prod" }));
    expect(core.file.terraform.backend).toEqual({
      local: { path: "../../../terraform.image-pipeline-core-prod.tfstate" },
    });
    expect(notifications.file.terraform.backend).toEqual({
      local: { path: "../../../terraform.image-pipeline-notifications-prod.tfstate" },
    });
  });

  it("is in the state bucket with S3's own lock, under a key for each stack and environment", () => {
    const deployment = aDeployment({ environment: "prod", region: "eu-central-1", stateBucket: "our-state" });
    expect(synthesised(deployment).core.file.terraform.backend).toEqual({
      s3: {
        bucket: "our-state",
        key: "prod/image-pipeline-core-prod.tfstate",
        region: "eu-central-1",
        use_lockfile: true,
      },
    });
  });
});

describe("local state, once a state bucket is set", () => {
  const ID = "image-pipeline-core";
  /** Creates a clone with a deployed core, with or without Terraform's record of its backend. */
  function deployed({ remembers = true, resources = [{}] } = {}): string {
    const root = temporaryFolder();
    const outdir = join(root, "cdktf.out");
    synthesise(aDeployment(), outdir);
    writeFileSync(join(root, `terraform.${ID}.tfstate`), JSON.stringify({ version: 4, resources }));
    mkdirSync(join(outdir, "stacks", ID, ".terraform"));
    if (remembers) writeFileSync(join(outdir, "stacks", ID, ".terraform/terraform.tfstate"), "{}");
    return outdir;
  }
  const toBucket = (outdir: string) => () => synthesise(aDeployment({ stateBucket: "our-state" }), outdir);

  it("is migrated by Terraform if Terraform has a record of it", () => {
    expect(toBucket(deployed())).not.toThrow();
  });

  it("keeps its record when another environment is synthesised", () => {
    const outdir = deployed();
    synthesise(aDeployment({ environment: "prod" }), outdir);
    expect(readdirSync(join(outdir, "stacks", ID), { recursive: true })).toEqual([
      ".terraform",
      ".terraform/terraform.tfstate",
    ]);
    expect(toBucket(outdir)).not.toThrow();
  });

  it("stops the synthesis if Terraform has no record of it", () => {
    const outdir = deployed({ remembers: false });
    const before = contentsOf(outdir);
    expect(toBucket(outdir)).toThrow(
      /^terraform\.image-pipeline-core\.tfstate: .* would not be migrated to our-state/,
    );
    expect(contentsOf(outdir)).toEqual(before);
  });

  it("loses its record if it is empty, so that Terraform accepts the bucket after a mere plan", () => {
    const outdir = deployed({ resources: [] });
    const record = join(outdir, "stacks", ID, ".terraform/terraform.tfstate");
    writeFileSync(record, JSON.stringify({ version: 3, backend: { type: "local", config: {} } }));
    expect(toBucket(outdir)).not.toThrow();
    expect(existsSync(record)).toBe(false);
  });

  it("is ignored once all its resources are destroyed", () => {
    expect(toBucket(deployed({ remembers: false, resources: [] }))).not.toThrow();
  });
});

describe("the provider", () => {
  it("tags every resource with project, environment and the config's tags, and has no endpoints", () => {
    const { core } = synthesised(aDeployment({ environment: "prod", tags: { team: "images" } }));
    expect(core.file.provider.aws).toEqual([
      {
        region: "us-east-1",
        default_tags: [
          {
            tags: { Project: "image-pipeline", Environment: "prod", ManagedBy: "cdktf", team: "images" },
          },
        ],
      },
    ]);
  });

  it("refuses every account except the one in the config", () => {
    const { notifications } = synthesised(aDeployment({ accountId: "123456789012" }));
    expect(notifications.file.provider.aws[0]).toMatchObject({ allowed_account_ids: ["123456789012"] });
  });
});

it("publishes its outputs under documented names", () => {
  const { core } = synthesised(aDeployment());
  expect(Object.keys(core.file.output ?? {}).sort()).toEqual([
    "alarm_topic_arn",
    "audit_dlq_url",
    "audit_failure_queue_url",
    "backfill_dlq_url",
    "backfill_queue_url",
    "image_events_topic_arn",
    "image_results_topic_arn",
    "ingest_dlq_url",
    "ingest_failure_queue_url",
    "ingest_function_arn",
    "processed_bucket_name",
    "reader_policy",
    "renditions_dlq_url",
    "renditions_queue_url",
    "upload_bucket_name",
    "uploader_policy",
  ]);
});
