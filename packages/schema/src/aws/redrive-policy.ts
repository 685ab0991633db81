import * as z from "zod";

/** The redrive policy of a subscription (docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html). */
const SubscriptionRedrivePolicy = z.object({ deadLetterTargetArn: z.string() });

/** The redrive policy of a queue; SQS returns the count as a number or as text. */
export const QueueRedrivePolicy = SubscriptionRedrivePolicy.extend({
  maxReceiveCount: z.coerce.number().int().positive(),
});

/** Returns the ARN of the dead-letter queue that the redrive policy of a queue or a subscription names, if it names one. */
export function toDeadLetterArn(policy: string | null | undefined): string | undefined {
  return SubscriptionRedrivePolicy.safeParse(JSON.parse(policy || "{}")).data?.deadLetterTargetArn;
}
