import type { Outcome } from "../../src/lambda-host/outcome.ts";
import { Definition } from "../../src/topology/definition.ts";
import { type Execution, execute } from "../../src/workflow/execution.ts";
import type { ExecutionProgress } from "../../src/workflow/execution-log.ts";
import { pipeRound } from "../../src/workflow/pipe-poller.ts";
import { runQueues } from "../delivery/running-queues.ts";

const retry = [{ ErrorEquals: ["BUSY"], IntervalSeconds: 300, MaxAttempts: 2, JitterStrategy: "FULL" }];
const invocation = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Retry: retry };

/** Two functions one after the other, the second one in a branch; a failed one goes to the queue `dead`. */
function machineWith(deadUrl: string) {
  return {
    name: "machine",
    arn: "arn:aws:states:us-east-1:000000000000:stateMachine:machine",
    roleArn: "arn:aws:iam::000000000000:role/machine",
    definition: Definition.parse({
      StartAt: "First",
      States: {
        First: {
          ...invocation,
          Parameters: {
            FunctionName: "arn:aws:lambda:us-east-1:000000000000:function:first",
            "Payload.$": "$[0].body",
          },
          ResultSelector: { "answer.$": "$.Payload" },
          Next: "Both",
        },
        Both: {
          Type: "Parallel",
          Branches: [
            {
              StartAt: "Second",
              States: {
                Second: {
                  ...invocation,
                  Parameters: { FunctionName: "second", "Payload.$": "$.answer" },
                  OutputPath: "$.Payload",
                  End: true,
                },
              },
            },
          ],
          Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "Keep" }],
          End: true,
        },
        Keep: {
          Type: "Task",
          Resource: "arn:aws:states:::sqs:sendMessage",
          Parameters: {
            QueueUrl: deadUrl,
            "MessageBody.$": "$.failure.Cause",
            MessageAttributes: { errorCode: { DataType: "String", "StringValue.$": "$.failure.Error" } },
          },
          Next: "Failed",
        },
        Failed: { Type: "Fail", Error: "GIVEN_UP", Cause: "it is kept" },
      },
    }),
  };
}

/** A pipe between real queues and that machine, its functions played by the test. */
export async function runPipe(invoke: (functionName: string, payload: unknown) => Promise<Outcome>) {
  const { services, queues, ports } = await runQueues(["work", "dead"], invoke);
  const machine = machineWith(queues[1]?.url ?? "");
  const pipe = {
    name: "pipe",
    roleArn: "arn:aws:iam::000000000000:role/pipe",
    queueArn: queues[0]?.arn ?? "",
    stateMachineArn: machine.arn,
    patterns: [{ body: { kind: ["ours"] } }],
  };
  const executions: Execution[] = [];
  const history: ExecutionProgress[] = [];
  const round = pipeRound(pipe, {
    ...ports,
    keepsMessages: true,
    execute: (input, signal) =>
      execute(
        machine,
        input,
        { ...ports, now: ports.clock.now, onProgress: (progress) => history.push(progress) },
        signal,
      ),
    onExecution: (_body, execution) => void executions.push(execution),
  });
  return { services, executions, history, round };
}
