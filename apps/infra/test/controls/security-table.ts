import { RULES } from "../scanners/rules.ts";
import { BUCKET_CONTROLS } from "./bucket-controls.ts";
import type { Control } from "./control.ts";
import { EDGE_CONTROLS } from "./edge-controls.ts";
import { EXCEPTIONS } from "./exceptions.ts";
import { FUNCTION_CONTROLS } from "./function-controls.ts";
import { IDENTITY_CONTROLS } from "./identity-controls.ts";
import { MESSAGING_CONTROLS } from "./messaging-controls.ts";
import { WORKFLOW_CONTROLS } from "./workflow-controls.ts";

/** Checks that hold because the stacks have nothing of the kind, or that are about the roles of GitHub Actions. */
const NOTHING_TO_FIND = [
  ...["CKV_AWS_41", "CKV_AWS_93", "CKV_AWS_143", "CKV_AWS_393", "CKV2_AWS_68"],
  ...["AWS-0161", "AWS-0163", "AWS-0320", "Lambda.5"],
];

export const CONTROLS: readonly Control[] = [
  ...BUCKET_CONTROLS,
  ...MESSAGING_CONTROLS,
  ...FUNCTION_CONTROLS,
  ...WORKFLOW_CONTROLS,
  ...IDENTITY_CONTROLS,
  ...EDGE_CONTROLS,
  {
    ids: NOTHING_TO_FIND,
    what: "no keys in the provider's settings, no policy that locks everyone out, no object lock that is off, no GitHub token of another repository, no notebook, no trail, no dot in a bucket's name, no VPC with one subnet",
    where: "`apps/infra/test/scanners`",
    faults: (stacks) => NOTHING_TO_FIND.flatMap((id) => RULES[id]?.(stacks) ?? [`${id} has no rule`]),
  },
];

/** Returns both tables of `docs/security.md`, from the lists that the tests check. */
export function securityTables(): string {
  const met = CONTROLS.map(({ ids, what, where }) => [ids.join(", "), what, where]);
  const not = EXCEPTIONS.map(({ ids, what, reason }) => [ids.join(", "), what, reason]);
  return [
    table(["Control", "Holds", "Where in `apps/infra/src`"], met),
    table(["Control", "Not met", "Reason"], not),
  ].join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
