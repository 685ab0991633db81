import { readEnvironment } from "@image-pipeline/schema/environment";
import { PipelineError } from "@image-pipeline/schema/processing";
import type { WorkflowError } from "@image-pipeline/schema/workflow";
import type { Context } from "aws-lambda";
import * as z from "zod";
import { lambdaEntry } from "./lambda-entry.ts";
import { type InvocationClock, invocationClock } from "./time.ts";
import { type Tools, toTools } from "./tools.ts";
import { type IdLogger, withImageIds } from "./with-image-ids.ts";

export interface TaskFunction<Environment, Parts, Answer> {
  /** The service name in logs and metrics. */
  service: string;
  /** The schema of the environment variables, which are read once. */
  environment: z.ZodType<Environment>;
  /** Builds what `run` needs besides the clock. */
  parts: (environment: Environment, tools: Tools) => Parts;
  run: (input: unknown, ports: Parts & { clock: InvocationClock }) => Promise<Answer>;
}

/**
 * Makes the handler of a Step Functions task.
 *
 * @param name the export that it becomes: `index.<name>` to Lambda
 */
export function taskFunction<Environment, Parts extends object, Answer>(
  name: string,
  { service, environment, parts, run }: TaskFunction<Environment, Parts, Answer>,
) {
  return lambdaEntry(name, () => {
    const tools = toTools(service);
    const built = parts(readEnvironment(environment, process.env), tools);
    return async (input: unknown, context: Context): Promise<Answer> => {
      tools.logger.addContext(context);
      return runTask(name, input, tools.logger, () =>
        run(input, { ...built, clock: invocationClock(context) }),
      );
    };
  });
}

/** The execution of the state machine that a task belongs to. */
const InExecution = z.object({ execution: z.string() });

/** Runs a task. Its error is logged, and thrown under the name by which the state machine retries or catches it. */
export function runTask<Answer>(
  name: string,
  input: unknown,
  logger: Pick<Tools["logger"], "info" | "error"> & IdLogger,
  task: () => Promise<Answer>,
): Promise<Answer> {
  return withImageIds(logger, input, async () => {
    const fields = { task: name, execution: InExecution.safeParse(input).data?.execution };
    // A function that is killed logs nothing more, and explain reads the history of the execution that this line names.
    logger.info("started a task of the workflow", fields);
    try {
      return await task();
    } catch (error) {
      const named = toTaskError(error);
      const code = named instanceof TaskError ? named.name : undefined;
      logger.error("the task failed; the state machine decides by the error's name if it is repeated", {
        ...fields,
        code,
        error,
      });
      throw named;
    }
  });
}

/**
 * An error as a state machine knows it: by its name, which Lambda reports as its type
 * (docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
 */
export class TaskError extends Error {
  constructor(name: WorkflowError, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** Returns an error of the pipeline named by its code. Any other error stays as it is, and no state machine retries it. */
export function toTaskError(error: unknown): unknown {
  return error instanceof PipelineError ? new TaskError(error.code, error.message, { cause: error }) : error;
}
