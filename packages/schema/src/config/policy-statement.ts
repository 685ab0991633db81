import * as z from "zod";

const Texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** A statement of a resource policy, without its resource: that is the bucket, topic or queue whose policy gets it. */
export const PolicyStatement = z
  .strictObject({
    Sid: z.string().regex(/^[A-Za-z0-9]+$/, "must be letters and digits"),
    Effect: z.enum(["Allow", "Deny"]),
    Principal: z.union([z.literal("*"), z.strictObject({ AWS: Texts }), z.strictObject({ Service: Texts })]),
    Action: Texts,
    Condition: z.record(z.string(), z.record(z.string(), Texts)).optional(),
  })
  .refine(
    (statement) => statement.Effect === "Deny" || statement.Condition || !isEveryone(statement.Principal),
    {
      path: ["Condition"],
      message: "is missing: without a condition the statement allows everyone",
    },
  );
export type PolicyStatement = z.infer<typeof PolicyStatement>;

function isEveryone(principal: "*" | object): boolean {
  return principal === "*" || ("AWS" in principal && [principal.AWS].flat().includes("*"));
}
