import { randomUUID } from "node:crypto";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { StateMachine as Interpreter } from "aws-local-stepfunctions";
import { z } from "zod";
import type { Outcome } from "../lambda-host/outcome.ts";
import type { Sqs } from "../queues/local-sqs.ts";
import { tasksOf, withTimeScale } from "../topology/definition.ts";
import { type StateMachine, toFunctionName } from "../topology/topology.ts";
import type { ExecutionProgress } from "./execution-log.ts";

/** The tasks of an execution, in the order in which they began, and its outcome. */
export interface Execution {
  steps: readonly ExecutionStep[];
  /** Null when it succeeded. */
  error: string | null;
}
export interface ExecutionStep {
  state: string;
  milliseconds: number;
  /** The name of its error; null if it succeeded. */
  error: string | null;
}

export interface ExecutionPorts {
  sqs: Sqs;
  invoke(functionName: string, payload: unknown): Promise<Outcome>;
  /** Factor for the waits between attempts; 1 for those of the definition. */
  timeScale: number;
  now(): number;
  /** Called when an attempt of a step has ended, and when the execution has. */
  onProgress?: (progress: ExecutionProgress) => void;
}

const Invocation = z.object({ FunctionName: z.string(), Payload: z.unknown() });
const Sending = z.object({
  QueueUrl: z.string(),
  MessageBody: z.string(),
  MessageAttributes: z
    .record(z.string(), z.object({ DataType: z.string(), StringValue: z.string() }))
    .optional(),
});

/**
 * Runs one execution of a state machine with an interpreter of the Amazon States Language. Its tasks use the local
 * services.
 *
 * @throws when the signal aborts it; the execution has not ended then
 */
export async function execute(
  machine: StateMachine,
  input: unknown,
  ports: ExecutionPorts,
  signal: AbortSignal,
): Promise<Execution> {
  const interpreter = await interpreterOf(machine, ports.timeScale);
  const steps: ExecutionStep[] = [];
  const id = `${machine.arn.replace(":stateMachine:", ":execution:")}:${randomUUID()}`;
  const startedAt = ports.now();
  const tell = (progress: Omit<ExecutionProgress, "execution">) =>
    ports.onProgress?.({ execution: id, ...progress });
  const handlers = tasksOf(machine.definition).map(({ state, resource }) => [
    state,
    (parameters: unknown) => timed(state, () => runTask(resource, parameters, ports), { steps, ports, tell }),
  ]);
  const execution = interpreter.run(z.json().parse(input), {
    overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) },
    context: { Execution: { Id: id } },
  });
  signal.addEventListener("abort", execution.abort, { once: true });
  try {
    await execution.result;
    tell({ state: null, milliseconds: ports.now() - startedAt, error: null });
    return { steps, error: null };
  } catch (error) {
    signal.throwIfAborted();
    // The interpreter wraps the error of the state that failed.
    const failed = error instanceof Error && error.cause !== undefined ? error.cause : error;
    tell({ state: null, milliseconds: ports.now() - startedAt, error: nameOf(failed) });
    return { steps, error: error instanceof Error ? error.message : String(error) };
  } finally {
    signal.removeEventListener("abort", execution.abort);
  }
}

/** Loads the interpreter with the first execution: it loads the AWS SDK's Lambda client. The stacks' tests validate the definition. */
async function interpreterOf({ definition }: StateMachine, timeScale: number): Promise<Interpreter> {
  const { StateMachine } = await import("aws-local-stepfunctions");
  const parameters: ConstructorParameters<typeof StateMachine> = [
    JSON.parse(JSON.stringify(withTimeScale(definition, timeScale))),
    { validationOptions: { noValidate: true } },
  ];
  return new StateMachine(...parameters);
}

async function timed(
  state: string,
  task: () => Promise<unknown>,
  {
    steps,
    ports,
    tell,
  }: {
    steps: ExecutionStep[];
    ports: ExecutionPorts;
    tell: (progress: Omit<ExecutionProgress, "execution">) => void;
  },
): Promise<unknown> {
  const step: ExecutionStep = { state, milliseconds: 0, error: null };
  steps.push(step);
  const start = ports.now();
  try {
    return await task();
  } catch (error) {
    step.error = nameOf(error);
    throw error;
  } finally {
    step.milliseconds = ports.now() - start;
    tell(step);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}

async function runTask(resource: string, parameters: unknown, ports: ExecutionPorts): Promise<unknown> {
  if (resource.endsWith(":states:::lambda:invoke")) return invoke(Invocation.parse(parameters), ports);
  const { MessageId } = await ports.sqs.send(new SendMessageCommand(Sending.parse(parameters)));
  return { MessageId };
}

/** Invokes a function. Its error becomes an error of the task by its type, with Lambda's report as the cause, as on AWS. */
async function invoke({ FunctionName, Payload }: z.infer<typeof Invocation>, ports: ExecutionPorts) {
  const outcome = await ports.invoke(toFunctionName(FunctionName), Payload);
  if (outcome.ok) return { ExecutedVersion: "$LATEST", StatusCode: 200, Payload: outcome.payload };
  throw Object.assign(new Error(JSON.stringify(outcome.error)), { name: outcome.error.errorType });
}
