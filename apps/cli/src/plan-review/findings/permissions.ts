import type { Change } from "../plan.ts";
import { type Grant, grantsOf, policyAttribute } from "./grant.ts";

/** Permissions that exist after the plan and not before, or the other way round. */
export interface PermissionChanges {
  gained: { address: string; grant: Grant }[];
  lost: { address: string; grant: Grant }[];
  /** The policies that only Terraform's run will know. */
  unknown: string[];
}

/** A permission that an older, wider one covered already is not gained. A Deny that goes is one gained. */
export function permissionChanges(changes: readonly Change[]): PermissionChanges {
  const found: PermissionChanges = { gained: [], lost: [], unknown: [] };
  for (const { address, type, before, after, unknown } of changes) {
    if (unknown.has(policyAttribute(type) ?? "")) {
      found.unknown.push(address);
      continue;
    }
    const [old, current] = [grantsOf(type, before), grantsOf(type, after)];
    found.gained.push(...beyond(current, old).map((grant) => ({ address, grant })));
    found.lost.push(...beyond(old, current).map((grant) => ({ address, grant })));
  }
  return found;
}

function beyond(grants: readonly Grant[], others: readonly Grant[]): Grant[] {
  return grants.filter((grant) => !others.some((other) => covers(other, grant)));
}

/** Tells if the wider grant includes the other; one without a condition says it always. */
function covers(wide: Grant, narrow: Grant): boolean {
  return (
    wide.effect === narrow.effect &&
    wide.principal === narrow.principal &&
    matches(wide.action.toLowerCase(), narrow.action.toLowerCase()) &&
    matches(wide.resource, narrow.resource) &&
    (wide.condition === "" || wide.condition === narrow.condition)
  );
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);
}

/** The account itself, whose id a synthesised policy does not know. */
const ACCOUNT = /^arn:[\w-]+:iam::(\d+|\$\{data\.aws_caller_identity\.\w+\.account_id\}):root$/;

/** Tells if a grant allows all actions of a service, or all resources where AWS can narrow them, through. */
export function isWildcard({ effect, principal, action, resource }: Grant): boolean {
  if (effect === "Deny") return false;
  if (action.startsWith("everything but ") || resource.startsWith("everything but ")) return true;
  if (/:policy\/(AdministratorAccess|PowerUserAccess|\w+FullAccess)$/.test(resource)) return true;
  if (action === "*" || /^[\w-]+:\*$/.test(action)) return !ACCOUNT.test(principal);
  return resource === "*" && principal.startsWith("role ") && !WITHOUT_RESOURCES.has(action);
}

/** AWS knows no resource for these (its service authorization reference). */
const WITHOUT_RESOURCES: ReadonlySet<string> = new Set([
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:PutTraceSegments",
  "xray:PutTelemetryRecords",
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
  "rekognition:DetectLabels",
  "rekognition:DetectModerationLabels",
  "rekognition:DetectText",
  "rekognition:DetectFaces",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  // It has alarms as resources, but AWS requires `*` for composite alarms, and CodeDeploy's own policy has it.
  "cloudwatch:DescribeAlarms",
]);
