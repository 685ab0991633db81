import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { synthesise } from "../src/synthesise.ts";
import { aDeployment, synthesised, temporaryFolder } from "./deployments.ts";

/** Every file below a folder with its content. */
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

describe("both stacks", () => {
  it("are the same, file by file, when synthesised twice in two folders", () => {
    const deployment = aDeployment();
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    synthesise(deployment, one);
    synthesise(deployment, two);
    expect(contentsOf(one)).toEqual(contentsOf(two));
    expect([...contentsOf(one).keys()]).toContain("/stacks/image-pipeline-core/cdk.tf.json");
  });

  it("carry plain names for dev and local, and any other environment's name", () => {
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

  it("deploy the core before the notifications", () => {
    const outdir = temporaryFolder();
    synthesise(aDeployment(), outdir);
    const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    expect(manifest.stacks["image-pipeline-notifications"].dependencies).toEqual(["image-pipeline-core"]);
  });

  it("name no path of the machine that synthesised them", () => {
    const outdir = temporaryFolder();
    synthesise(aDeployment(), outdir);
    const text = readFileSync(join(outdir, "stacks/image-pipeline-core/cdk.tf.json"), "utf8");
    expect(text).not.toContain(outdir);
    expect(text).not.toContain(process.cwd());
  });

  it("hold no expression but plain references", () => {
    const { core, notifications } = synthesised(aDeployment());
    const text = JSON.stringify([core.file, notifications.file]);
    for (const [, expression] of text.matchAll(/\$\{([^}]*)\}/g))
      expect(expression).toMatch(/^(data\.)?aws_\w+\.\w+\.\w+$/);
  });

  it("leave what was there alone when a rule is broken", () => {
    const outdir = temporaryFolder();
    synthesise(aDeployment(), outdir);
    const before = contentsOf(outdir);
    const broken = aDeployment({ environment: "prod", worker: { maxReceiveCount: 1 } });
    expect(() => synthesise(broken, outdir)).toThrow("maxReceiveCount");
    expect(contentsOf(outdir)).toEqual(before);
  });

  it("write no stack at all into a new folder when a rule is broken", () => {
    const outdir = join(temporaryFolder(), "new");
    expect(() => synthesise(aDeployment({ worker: { maxReceiveCount: 1 } }), outdir)).toThrow();
    expect(existsSync(join(outdir, "manifest.json"))).toBe(false);
    expect(contentsOf(outdir)).toEqual(new Map());
  });
});

describe("state", () => {
  it("lies in one file a stack beside cdktf.json, wherever the clone lies", () => {
    const { core, notifications } = synthesised(aDeployment({ environment: "prod" }));
    expect(core.file.terraform.backend).toEqual({
      local: { path: "../../../terraform.image-pipeline-core-prod.tfstate" },
    });
    expect(notifications.file.terraform.backend).toEqual({
      local: { path: "../../../terraform.image-pipeline-notifications-prod.tfstate" },
    });
  });

  it("lies in the state bucket with S3's own lock, a key for each stack and environment", () => {
    const deployment = aDeployment({ environment: "prod", region: "eu-central-1", stateBucket: "our-state" });
    expect(synthesised(deployment).core.file.terraform.backend).toEqual({
      s3: {
        bucket: "our-state",
        key: "prod/image-pipeline-core-prod.tfstate",
        region: "eu-central-1",
        encrypt: true,
        use_lockfile: true,
      },
    });
  });
});

describe("state that lies in a file still", () => {
  const ID = "image-pipeline-core";
  /** A clone in which the core has been deployed, with what Terraform noted of its backend or without. */
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

  it("is left to Terraform to move, which notes where it lies", () => {
    expect(toBucket(deployed())).not.toThrow();
  });

  it("is not forgotten when another environment is synthesised meanwhile", () => {
    const outdir = deployed();
    synthesise(aDeployment({ environment: "prod" }), outdir);
    expect(readdirSync(join(outdir, "stacks", ID), { recursive: true })).toEqual([
      ".terraform",
      ".terraform/terraform.tfstate",
    ]);
    expect(toBucket(outdir)).not.toThrow();
  });

  it("is not passed over for an empty one in the bucket, where Terraform knows of none to move", () => {
    const outdir = deployed({ remembers: false });
    const before = contentsOf(outdir);
    expect(toBucket(outdir)).toThrow(
      /^terraform\.image-pipeline-core\.tfstate: .* would not be moved to our-state/,
    );
    expect(contentsOf(outdir)).toEqual(before);
  });

  it("is of no concern once everything in it has been destroyed", () => {
    expect(toBucket(deployed({ remembers: false, resources: [] }))).not.toThrow();
  });
});

describe("the provider", () => {
  it("tags everything with project, environment and the config's own tags, and takes its endpoints from outside", () => {
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

  it("refuses every account but the one the config names", () => {
    const { notifications } = synthesised(aDeployment({ accountId: "123456789012" }));
    expect(notifications.file.provider.aws[0]).toMatchObject({ allowed_account_ids: ["123456789012"] });
  });
});

it("publishes what a user and the tests look for", () => {
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
    "renditions_dlq_url",
    "renditions_queue_url",
    "upload_bucket_name",
  ]);
});
