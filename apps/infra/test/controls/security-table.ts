import { BUCKET_CONTROLS } from "./bucket-controls.ts";
import type { Control } from "./control.ts";
import { EXCEPTIONS } from "./exceptions.ts";
import { FUNCTION_CONTROLS } from "./function-controls.ts";
import { IDENTITY_CONTROLS } from "./identity-controls.ts";
import { MESSAGING_CONTROLS } from "./messaging-controls.ts";
import { WORKFLOW_CONTROLS } from "./workflow-controls.ts";

export const CONTROLS: readonly Control[] = [
  ...BUCKET_CONTROLS,
  ...MESSAGING_CONTROLS,
  ...FUNCTION_CONTROLS,
  ...WORKFLOW_CONTROLS,
  ...IDENTITY_CONTROLS,
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
