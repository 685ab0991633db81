import { describe, expect, it } from "vitest";
import { resourcesOf, type Stacks } from "./controls/control.ts";
import { EXCEPTIONS } from "./controls/exceptions.ts";
import { CONTROLS } from "./controls/security-table.ts";
import { checksOf } from "./scanners/known-checks.ts";
import { RULES } from "./scanners/rules.ts";
import { SCANNED_STACKS, SCANNED_TYPES } from "./scanners/scanned-stacks.ts";

/** The checks of Checkov, Trivy and AWS FSBP that look at a type of resource of the stacks. */
const CHECKS = checksOf(SCANNED_TYPES);
const met = new Set(CONTROLS.flatMap(({ ids }) => ids));
const excusesOf = (id: string) => EXCEPTIONS.filter(({ ids }) => ids.includes(id));

function failing(id: string, stacks: Stacks = SCANNED_STACKS): string[] {
  const rule = RULES[id];
  if (!rule) throw new Error(`${id} has no rule in test/scanners`);
  return rule(stacks);
}

describe("the scanners' check", () => {
  it.each(CHECKS)("%s passes, or fails only for resources that are excused", (id) => {
    const excuses = excusesOf(id);
    expect(failing(id).filter((address) => !excuses.some(({ on }) => on?.test(address) ?? true))).toEqual([]);
  });

  it.each(CHECKS)("%s is in docs/security.md: as met, excused, or both", (id) => {
    expect(met.has(id) || excusesOf(id).length > 0).toBe(true);
  });

  it.each(CHECKS.filter((id) => met.has(id)))("%s is claimed as met only if a resource passes it", (id) => {
    const failed = new Set(failing(id).map((address) => address.split(" ")[0] ?? ""));
    const types = new Set([...failed].map((address) => address.split(".")[0] ?? ""));
    const all = [...types].flatMap((type) => resourcesOf(SCANNED_STACKS, type));
    expect(failed.size === 0 || all.some(({ address }) => !failed.has(address))).toBe(true);
  });

  it.each(CHECKS.filter((id) => excusesOf(id).length > 0))(
    "%s fails for what each exception excuses",
    (id) => {
      for (const { on } of excusesOf(id))
        expect(failing(id).filter((address) => on?.test(address) ?? true)).not.toEqual([]);
    },
  );
});

/** A policy with every mistake: open to everyone, to another account and to any token of GitHub, and it locks its owner out. */
const OPEN = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Open",
      Effect: "Allow",
      Principal: { AWS: ["*", "arn:aws:iam::210987654321:root"] },
      Action: [
        "*",
        "iam:*",
        "s3:*",
        "s3:Get*",
        "s3:Put*",
        "s3:GetObject",
        "sts:AssumeRole",
        "sqs:SetQueueAttributes",
      ].concat(["iam:PassRole", "iam:PutRolePolicy"]),
      Resource: "*",
    },
    { Sid: "LockOut", Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" },
    {
      Sid: "Token",
      Effect: "Allow",
      Principal: { Federated: "oidc-provider/x" },
      Action: "sts:*",
      Resource: "x",
    },
  ],
};
const NO_POLICY = JSON.stringify({ Version: "2012-10-17", Statement: [] });
const BARE = { policy: NO_POLICY, assume_role_policy: NO_POLICY };
const BAD: Record<string, unknown> = {
  policy: JSON.stringify(OPEN),
  assume_role_policy: JSON.stringify(OPEN),
  acl: "public-read-write",
  actions_enabled: false,
  bucket: "a.name",
  cors: { allow_origins: ["*"] },
  environment: { variables: { password: "…" } },
  is_enabled: false,
  kms_master_key_id: "alias/aws/sns",
  object_lock_configuration: {},
  policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess",
  principal: "*",
  vpc_config: { subnet_ids: ["one"] },
};

describe("the rule finds resources without settings, or with bad ones:", () => {
  const stacks = [
    replaced(BARE),
    replaced(BAD),
    replaced({
      ...BAD,
      kms_master_key_id: "alias/aws/sqs",
      policy_arn: "arn:aws:iam::aws:policy/IAMFullAccess",
    }),
  ];

  it.each(CHECKS)("%s", (id) => {
    expect(stacks.flatMap((one) => failing(id, one))).not.toEqual([]);
  });
});

/** Returns the stacks with the same resources, all with these attributes, and with some that they never have. */
function replaced(attributes: Record<string, unknown>): Stacks {
  return SCANNED_STACKS.map((stack) => {
    const same = Object.entries(stack.file.resource).map(([type, blocks]) => [
      type,
      Object.fromEntries(Object.keys(blocks).map((id) => [id, withoutKeyPolicy(type, attributes)])),
    ]);
    const others = {
      aws_cloudtrail: { It: {} },
      aws_sagemaker_notebook_instance: { It: {} },
    };
    const provider = { aws: [{ secret_key: "…" }] };
    const file = { ...stack.file, provider, resource: { ...Object.fromEntries(same), ...others } };
    return Object.assign(Object.create(stack), { file });
  });
}

function withoutKeyPolicy(type: string, { policy, ...others }: Record<string, unknown>) {
  return type === "aws_kms_key" && policy === NO_POLICY ? others : { policy, ...others };
}
