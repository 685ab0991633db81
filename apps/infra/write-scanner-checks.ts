/**
 * Writes `test/scanners/checks.json`, the checks of Checkov and Trivy by resource type, from clones of bridgecrewio/checkov and
 * aquasecurity/trivy-checks: `node write-scanner-checks.ts CHECKOV TRIVY`. The controls of AWS FSBP in it are kept.
 */
import { execFileSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKS_FILE, KNOWN_CHECKS } from "./test/scanners/known-checks.ts";

/** Checkov's base class names the types of its checks on the policies of identities. */
const IDENTITY_POLICIES = [
  "aws_iam_policy",
  "aws_iam_role_policy",
  "aws_iam_user_policy",
  "aws_iam_group_policy",
];

const [checkov, trivy] = process.argv.slice(2);
if (checkov === undefined || trivy === undefined)
  throw new Error("usage: node write-scanner-checks.ts CHECKOV TRIVY");
const checks = {
  checkov: {
    source: `github.com/bridgecrewio/checkov ${releaseOf(checkov)}, checks of Terraform resources`,
    date: dateOf(checkov),
    byType: byType([...pythonChecks(checkov), ...graphChecks(checkov)]),
  },
  trivy: {
    source: "github.com/aquasecurity/trivy-checks, checks/cloud/aws",
    date: dateOf(trivy),
    byType: byType(regoChecks(trivy)),
  },
  fsbp: KNOWN_CHECKS.fsbp,
};
writeFileSync(CHECKS_FILE, `${JSON.stringify(checks, null, 2)}\n`);

type Check = [id: string, types: readonly string[]];

function pythonChecks(clone: string): Check[] {
  return read(clone, "checkov/terraform/checks/{resource,provider}/aws/*.py").flatMap((text): Check[] => {
    const id = /\bid\s*=\s*["'](CKV2?_AWS_\d+)/.exec(text)?.[1];
    if (id === undefined) return [];
    const types = /supported_\w+\s*(?::[^=\n]*)?=\s*[[(]([\s\S]*?)[\])]/.exec(text)?.[1];
    return [[id, types === undefined ? IDENTITY_POLICIES : quoted(types)]];
  });
}

function graphChecks(clone: string): Check[] {
  return read(clone, "checkov/terraform/checks/graph_checks/aws/*.yaml").flatMap((text): Check[] => {
    const id = /\bid:\s*["']?(CKV2?_AWS_\d+)/.exec(text)?.[1];
    const lists = [...text.matchAll(/[^_]resource_types:([\s\S]*?)(?=\n[ -]*\w+:|$)/g)];
    const types = lists.flatMap(([, list = ""]) => list.match(/\baws_\w+/g) ?? []);
    return id === undefined ? [] : [[id, types]];
  });
}

/** Trivy's checks read its own model of the resources, such as `input.aws.s3.buckets`. */
function regoChecks(clone: string): Check[] {
  return read(clone, "checks/cloud/aws/*/*.rego").flatMap((text): Check[] => {
    const id = /^#\s+id: (AWS-\d+)/m.exec(text)?.[1];
    if (id === undefined || /deprecated: true/.test(text)) return [];
    const inputs = [...text.matchAll(/input\.aws\.(\w+\.\w+)/g)].map(([, input = ""]) => input);
    return [[id, inputs.length === 0 ? ["cloudtrail.trails"] : inputs]];
  });
}

function read(clone: string, pattern: string): string[] {
  const files = globSync(pattern, { cwd: clone }).filter((file) => !file.endsWith("_test.rego"));
  return files.sort().map((file) => readFileSync(join(clone, file), "utf8"));
}

function quoted(text: string): string[] {
  return [...text.matchAll(/["'](\w+)["']/g)].map(([, word = ""]) => word);
}

function byType(all: readonly Check[]): Record<string, string[]> {
  const pairs = all.flatMap(([id, types]) => [...new Set(types)].map((type) => ({ id, type })));
  const grouped = Map.groupBy(pairs, ({ type }) => type);
  const sorted = [...grouped].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([type, group]) => [type, group.map(({ id }) => id).sort(byNumber)]));
}

function byNumber(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}

function releaseOf(clone: string): string {
  return /'(.*)'/.exec(readFileSync(join(clone, "checkov/version.py"), "utf8"))?.[1] ?? "";
}

function dateOf(clone: string): string {
  return execFileSync("git", ["-C", clone, "log", "-1", "--format=%cs"], { encoding: "utf8" }).trim();
}
