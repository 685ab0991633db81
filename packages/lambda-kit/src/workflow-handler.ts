import type { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import type { Clock } from "./ports.ts";
import { toWorkflowError } from "./workflow-task-error.ts";

/** A handler of a state machine's task: its errors bear the names that the machine tries again or catches by. */
export function workflowHandler<Answer>(
  logger: Pick<Logger, "addContext" | "error">,
  task: (input: unknown, clock: Clock) => Promise<Answer>,
): (input: unknown, context: Context) => Promise<Answer> {
  return async (input, context) => {
    logger.addContext(context);
    try {
      return await task(input, clockOf(context));
    } catch (error) {
      logger.error("the task failed", { error });
      throw toWorkflowError(error);
    }
  };
}

/** The time of one invocation. */
export function clockOf(context: Pick<Context, "getRemainingTimeInMillis">): Clock {
  return { now: () => new Date(), remainingMilliseconds: () => context.getRemainingTimeInMillis() };
}
