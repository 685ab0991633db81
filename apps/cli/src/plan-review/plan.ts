import { UserFault } from "@image-pipeline/schema/user-fault";
import { z } from "zod";

const Side = z.record(z.string(), z.unknown()).nullable();
const ResourceChange = z.object({
  address: z.string(),
  mode: z.string().default("managed"),
  type: z.string(),
  change: z.object({
    actions: z.array(z.string()),
    before: Side,
    after: Side,
    after_unknown: z.unknown(),
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).default([]),
  }),
});
const TerraformPlan = z.object({
  format_version: z.string(),
  resource_changes: z.array(ResourceChange).default([]),
});

export type Attributes = Record<string, unknown>;
export type Action = "create" | "update" | "replace" | "destroy" | "forget";

/** A plan's change of one resource. */
export interface Change {
  address: string;
  type: string;
  action: Action;
  /** Null for what does not exist yet. */
  before: Attributes | null;
  /** Null for what will be gone; attributes only known once applied are missing. */
  after: Attributes | null;
  /** The attributes that only Terraform's run will know. */
  unknown: ReadonlySet<string>;
  /** The attributes that cannot be changed in place. */
  replacedFor: string[];
}

/** One stack's plan. */
export interface Plan {
  stack: string;
  changes: Change[];
  /** The resources that stay as they are. */
  unchanged: { type: string; attributes: Attributes }[];
}

/**
 * @param stack its name
 * @param text the output of `terraform show -json PLAN`
 * @throws {UserFault} when it is not a plan
 */
export function parsePlan(stack: string, text: string): Plan {
  const parsed = TerraformPlan.safeParse(toJson(text));
  if (!parsed.success)
    throw new UserFault(
      `${stack} is not a plan as JSON: make one with "terraform plan -out=PLAN" and "terraform show -json PLAN"`,
    );
  const managed = parsed.data.resource_changes.filter(({ mode }) => mode === "managed");
  return {
    stack,
    changes: managed.flatMap(toChange),
    unchanged: managed
      .filter(({ change }) => change.actions.join() === "no-op")
      .map(({ type, change }) => ({ type, attributes: change.after ?? {} })),
  };
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toChange({ address, type, change }: z.infer<typeof ResourceChange>): Change[] {
  const action = toAction(change.actions);
  if (action === null) return [];
  const { before, after, after_unknown, replace_paths } = change;
  return [
    {
      address,
      type,
      action,
      before,
      after,
      unknown: unknownAttributes(after_unknown),
      replacedFor: [...new Set(replace_paths.map(([name]) => String(name)))],
    },
  ];
}

function toAction(actions: readonly string[]): Action | null {
  if (actions.includes("delete")) return actions.includes("create") ? "replace" : "destroy";
  if (actions.includes("create")) return "create";
  if (actions.includes("forget")) return "forget";
  return actions.includes("update") ? "update" : null;
}

function unknownAttributes(unknown: unknown): Set<string> {
  const attributes = z.record(z.string(), z.unknown()).safeParse(unknown);
  const names = Object.entries(attributes.data ?? {}).filter(([, value]) => value === true);
  return new Set(names.map(([name]) => name));
}
