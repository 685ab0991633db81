import { randomUUID } from "node:crypto";
import type { LambdaFunction } from "../topology/topology.ts";
import { FunctionError, failure, type Outcome } from "./outcome.ts";
import type { Environment, Invocation } from "./runtime-api.ts";

/** Lambda gives a function ten seconds to start, beyond its own time-out. */
const INIT_MILLISECONDS = 10_000;

/** What a process is asked to do and what it answers; the process itself is elsewhere. */
export interface ExecutionEnvironment extends Environment {
  /** Runs one invocation; never while another is under way. */
  invoke(payload: string): Promise<Outcome>;
  isBusy(): boolean;
  /** Tells it that its process is gone, or is to go: what is under way fails, unless it has failed already. */
  ended(errorType: string, why: string): void;
}

/** @param kill ends the process: it has used up its time, or it could not start */
export function executionEnvironment(
  lambda: Pick<LambdaFunction, "arn" | "timeoutSeconds">,
  kill: () => void,
): ExecutionEnvironment {
  const timeoutMilliseconds = lambda.timeoutSeconds * 1000;
  let work = Promise.withResolvers<Pick<Invocation, "requestId" | "payload">>();
  let current: { requestId: string; resolve: (outcome: Outcome) => void } | undefined;
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
    if (current) settle(failure(errorType, `RequestId: ${current.requestId} Error: ${why}`));
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
      current = { requestId, resolve };
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
