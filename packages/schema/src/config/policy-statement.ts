import * as z from "zod";

/**
 * A session's ARN. `aws:PrincipalArn` has the ARN of its role instead, so that the pipeline's own denials would stand against it
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn).
 */
const SESSION = /^arn:[\w-]+:sts::\d{12}:assumed-role\//;

const Texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const Principal = z.union([
  z.literal("*"),
  z.strictObject({ AWS: Texts }),
  z.strictObject({ Service: Texts }),
]);
type Principal = z.infer<typeof Principal>;

/** A statement of a resource policy, without its resource: that is the bucket, topic or queue whose policy gets it. */
export const PolicyStatement = z
  .strictObject({
    Sid: z.string().regex(/^[A-Za-z0-9]+$/, "must be letters and digits"),
    Effect: z.enum(["Allow", "Deny"]),
    Principal,
    Action: Texts,
    Condition: z.record(z.string(), z.record(z.string(), Texts)).optional(),
  })
  .refine(
    (statement) => statement.Effect === "Deny" || statement.Condition || !isEveryone(statement.Principal),
    {
      path: ["Condition"],
      message: "is missing: without a condition the statement allows everyone",
    },
  )
  .refine(({ Principal }) => !principalsOf(Principal).some((principal) => SESSION.test(principal)), {
    path: ["Principal"],
    message: "names a session: write the ARN of its role, such as arn:aws:iam::123456789012:role/NAME",
  });
export type PolicyStatement = z.infer<typeof PolicyStatement>;

function isEveryone(principal: Principal): boolean {
  return principal === "*" || principalsOf(principal).includes("*");
}

function principalsOf(principal: Principal): string[] {
  return principal !== "*" && "AWS" in principal ? [principal.AWS].flat() : [];
}
