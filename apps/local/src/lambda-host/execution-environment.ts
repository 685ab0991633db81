import { randomUUID } from "node:crypto";
import type { LambdaFunction } from "../topology/topology.ts";
import { FunctionError, failure, type Outcome } from "./outcome.ts";
import type { Environment, Invocation } from "./runtime-api.ts";

/** Lambda gives a function ten seconds to start, in addition to its timeout. */
const INIT_MILLISECONDS = 10_000;
/** The time that a function has left while a debugger may hold it: `setTimeout` takes at most 24 days. */
const DEBUG_MILLISECONDS = 24 * 60 * 60 * 1000;

/** The invocations of a process and its answers, without the process itself. */
export interface ExecutionEnvironment extends Environment {
  /** Runs one invocation. Must not be called while another runs. */
  invoke(payload: string): Promise<Outcome>;
  isBusy(): boolean;
  /** To be called when its process has ended or will be killed: the running invocation fails. */
  ended(errorType: string, why: string): void;
}

export interface EnvironmentOptions {
  /** False while a debugger may stop the function. */
  isTimed?: boolean;
  /** Called when an invocation ends without an answer, with its payload. */
  onStopped?(payload: string, why: string): void;
}

/**
 * @param kill ends the process: it has timed out, or it could not start
 */
export function executionEnvironment(
  lambda: Pick<LambdaFunction, "arn" | "timeoutSeconds">,
  kill: () => void,
  { isTimed = true, onStopped = () => {} }: EnvironmentOptions = {},
): ExecutionEnvironment {
  const timeoutMilliseconds = isTimed ? lambda.timeoutSeconds * 1000 : DEBUG_MILLISECONDS;
  let work = Promise.withResolvers<Pick<Invocation, "requestId" | "payload">>();
  let current: { requestId: string; payload: string; resolve: (outcome: Outcome) => void } | undefined;
  const limit = timeLimit((why) => {
    fail("Sandbox.Timedout", why);
    kill();
  });

  function settle(outcome: Outcome): void {
    limit.clear();
    current?.resolve(outcome);
    current = undefined;
  }
  function fail(errorType: string, why: string): void {
    if (!current) return;
    onStopped(current.payload, why);
    settle(failure(errorType, `RequestId: ${current.requestId} Error: ${why}`));
  }

  return {
    async next() {
      const { requestId, payload } = await work.promise;
      work = Promise.withResolvers();
      limit.set(timeoutMilliseconds, "Task");
      return { requestId, payload, functionArn: lambda.arn, deadline: Date.now() + timeoutMilliseconds };
    },
    answered(requestId, body) {
      if (current?.requestId === requestId) settle(toOutcome(body));
    },
    failed(requestId, body) {
      if (current?.requestId === requestId) settle({ ok: false, error: toFunctionError(body) });
    },
    initFailed(body) {
      settle({ ok: false, error: toFunctionError(body) });
      kill();
    },
    invoke(payload) {
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      const requestId = randomUUID();
      current = { requestId, payload, resolve };
      limit.set(INIT_MILLISECONDS + timeoutMilliseconds, "Init");
      work.resolve({ requestId, payload });
      return promise;
    },
    isBusy: () => current !== undefined,
    ended: fail,
  };
}

/** One limit at a time: a new one replaces the one before. */
function timeLimit(onOver: (why: string) => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    set(milliseconds: number, what: string): void {
      clearTimeout(timer);
      const why = `${what} timed out after ${(milliseconds / 1000).toFixed(2)} seconds`;
      timer = setTimeout(() => onOver(why), milliseconds);
    },
    clear: () => clearTimeout(timer),
  };
}

function toOutcome(body: string): Outcome {
  try {
    return { ok: true, payload: JSON.parse(body) };
  } catch {
    return failure("Runtime.InvalidResponse", "the answer is not JSON");
  }
}

function toFunctionError(body: string): FunctionError {
  try {
    return FunctionError.parse(JSON.parse(body));
  } catch {
    return { errorType: "Runtime.Unknown", errorMessage: body.slice(0, 1000), trace: [] };
  }
}
