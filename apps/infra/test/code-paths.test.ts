import { SECRET_KEY } from "@image-pipeline/schema/keys";
import { expect, it } from "vitest";
import { aDeployment, synthesised, synthesisedWorkflow } from "./deployments.ts";
import { type Code, reachableCalls, readCode } from "./iam/code-paths.ts";
import { type Statement, statementsOf } from "./policies.ts";

const deployment = aDeployment({
  uploads: { prefix: "photos/" },
  analysis: { enabled: true },
  workflow: { enabled: true },
});
const stacks = [synthesised(deployment).core, synthesisedWorkflow(deployment)];
const policies = new Map(stacks.flatMap((stack) => [...stack.all("aws_iam_role_policy")]));

const code = (app: string) => readCode([`apps/${app}`, "packages/lambda-kit"]);
const worker = code("worker");
const analyzer = code("analyzer");

/** The functions with which each role's own code begins. */
const ROLES: readonly [role: string, code: Code, entries: readonly string[]][] = [
  ["Worker/Handler", worker, ["imageEvents", "consumeMessage"]],
  ["Backfill/Handler", worker, ["imageEvents", "consumeMessage"]],
  ["Inspect", worker, ["inspectTask"]],
  ["Render", worker, ["renderTask"]],
  ["Publish", worker, ["publishTask"]],
  ["Analyzer/Handler", analyzer, ["analysisEvents", "consumeMessage"]],
  ["Analyse", analyzer, ["analyseTask"]],
  ["Quarantine", analyzer, ["quarantineTask"]],
  ["Audit/Handler", readCode(["apps/auditor", "packages/audit"]), ["runAudit"]],
  ["Ingest/Handler", code("ingest"), ["ingest"]],
];

/** The place behind each port. */
const PLACES: Readonly<Record<string, string>> = {
  sources: "uploads",
  manifests: "manifests",
  renditions: "renditions",
  tags: "renditions",
  analyses: "analysis",
  failures: "failures",
  progress: "audit",
  secret: SECRET_KEY,
  results: "topic",
  publisher: "topic",
  detector: "anywhere",
  delayRetry: "queue",
};

/** Calls that a role's code has and never makes. */
const NEVER_MADE: Readonly<Record<string, string>> = {
  [`Render s3:PutObject ${SECRET_KEY}`]: "the step before it, Inspect, has made the secret",
  "Publish s3:PutObjectTagging manifests": "only tombstones are tagged, and no delete reaches the workflow",
};

/** Permissions that no code of ours uses: the service has them from the role. */
const USED_BY_SERVICES =
  /^(kms|logs|xray):|^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes|SendMessage) /;

const READS_SECRET = "s3SourceStore gets the reader of the secret, which is no port";
/** Permissions without a call in the code. */
const WITHOUT_A_CALL: Readonly<Record<string, string>> = {
  [`Analyzer/Handler s3:GetObject ${SECRET_KEY}`]: READS_SECRET,
  [`Analyse s3:GetObject ${SECRET_KEY}`]: READS_SECRET,
  "Audit/Handler s3:GetObject renditions": "checkRenditions has the port by another name",
};

/** Returns what a statement allows, as `action place`. */
function grantsOf({ Action, Resource, Condition }: Statement): string[] {
  const prefixes = Condition?.StringLikeIfExists?.["s3:prefix"];
  return Action.flatMap((action) => (prefixes ?? Resource).map((at) => `${action} ${placeOf(action, at)}`));
}

function placeOf(action: string, at: string): string {
  if (at.endsWith("photos/*")) return "uploads";
  if (at.endsWith(`/${SECRET_KEY}`)) return SECRET_KEY;
  const [, prefix] = /(?:^|\/)(\w+)\/\*$/.exec(at) ?? [];
  if (prefix !== undefined) return prefix;
  if (at === "*") return "anywhere";
  return action.startsWith("sns:") ? "topic" : "queue";
}

function compared([role, from, entries]: (typeof ROLES)[number]) {
  const granted = new Set(statementsOf(policies.get(`${role}/RolePolicy`)?.policy).flatMap(grantsOf));
  const calls = new Set(
    [...reachableCalls(entries, from)].map((call) => {
      const [action, port = ""] = call.split(" ");
      return `${action} ${PLACES[port]}`;
    }),
  );
  return { granted, calls };
}

it.each(ROLES)(
  "%s has a permission for every call in its code, except those that are never made",
  (...of) => {
    const { granted, calls } = compared(of);
    expect(calls.size).toBeGreaterThan(0);
    const missing = [...calls].filter((call) => !granted.has(call)).map((call) => `${of[0]} ${call}`);
    expect(missing).toEqual(Object.keys(NEVER_MADE).filter((call) => call.startsWith(`${of[0]} `)));
  },
);

it.each(ROLES)("%s has no permission without a call in its code, except those with a reason", (...of) => {
  const { granted, calls } = compared(of);
  const unused = [...granted].filter((grant) => !calls.has(grant) && !USED_BY_SERVICES.test(grant));
  const unexplained = unused
    .filter((grant) => !isListOfRead(grant, calls))
    .map((grant) => `${of[0]} ${grant}`);
  expect(unexplained).toEqual(Object.keys(WITHOUT_A_CALL).filter((grant) => grant.startsWith(`${of[0]} `)));
});

it.each(ROLES)("%s may list what it reads, as S3 answers 403 for a missing key otherwise", (...of) => {
  const { granted, calls } = compared(of);
  // The secret is never listed; a GetObject has no prefix, so that the permission to list any prefix answers 404 for it too.
  const read = [...calls].flatMap((call) => /^s3:GetObject (\w+)$/.exec(call)?.[1] ?? []);
  expect(read.filter((place) => !granted.has(`s3:ListBucket ${place}`))).toEqual([]);
});

function isListOfRead(grant: string, calls: ReadonlySet<string>): boolean {
  const [action, place] = grant.split(" ");
  const isRead = calls.has(`s3:GetObject ${place}`) || calls.has(`s3:GetObjectTagging ${place}`);
  return action === "s3:ListBucket" && isRead;
}
