import { z } from "zod";

const Texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const Statement = z.object({
  Sid: z.string(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.unknown().optional(),
  Action: Texts,
  Resource: Texts,
  Condition: z.record(z.string(), z.record(z.string(), Texts)).optional(),
});
export type Statement = z.infer<typeof Statement>;
const PolicyDocument = z.object({ Version: z.literal("2012-10-17"), Statement: z.array(Statement) });

/** Returns the statements of a policy's JSON text, with actions and resources as lists. */
export function statementsOf(policy: unknown): Statement[] {
  return PolicyDocument.parse(JSON.parse(z.string().parse(policy))).Statement;
}

/** Returns the statement with this Sid. */
export function statementOf(policy: unknown, sid: string): Statement {
  const found = statementsOf(policy).find(({ Sid }) => Sid === sid);
  if (!found) throw new Error(`no statement ${sid}`);
  return found;
}
