import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readStacks } from "../../src/terraform/read-stacks.ts";
import { readStates } from "../../src/terraform/read-states.ts";
import { PIPELINE, ref, writeStacks } from "../stack-factory.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const ENDPOINT = "http://127.0.0.1:4566";
const MACHINE = {
  name: "machine",
  role_arn: ref("aws_iam_role.Role.arn"),
  type: "STANDARD",
  definition: `{"StartAt":"It","States":{"It":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"${ref("aws_lambda_function.Worker.arn")}","Id.$":"$$.Execution.Id"},"End":true}}}`,
  logging_configuration: { level: "ALL" },
};
const PIPE = {
  name: "pipe",
  role_arn: ref("aws_iam_role.Role.arn"),
  source: ref("aws_sqs_queue.Work.arn"),
  target: ref("aws_sfn_state_machine.Machine.arn"),
  source_parameters: {
    sqs_queue_parameters: { batch_size: 1 },
    filter_criteria: { filter: [{ pattern: '{"body":{"type":["image.uploaded"]}}' }] },
  },
  target_parameters: { step_function_state_machine_parameters: { invocation_type: "FIRE_AND_FORGET" } },
};

function read(machine: object = {}, pipe: object = {}) {
  const workflow = {
    aws_sfn_state_machine: { Machine: { ...MACHINE, ...machine } },
    aws_pipes_pipe: { Pipe: { ...PIPE, ...pipe } },
  };
  return readStacks(writeStacks({ core: { ...PIPELINE, ...workflow } }), ENDPOINT);
}

describe("a workflow in a stack", () => {
  const role = "arn:aws:iam::000000000000:role/worker-role";
  const arn = "arn:aws:states:eu-central-1:000000000000:stateMachine:machine";

  it("is read with local ARNs, its definition and its patterns", () => {
    expect(read()).toMatchObject({
      stateMachines: [
        {
          name: "machine",
          arn,
          roleArn: role,
          definition: {
            States: {
              It: {
                Parameters: {
                  FunctionName: "arn:aws:lambda:eu-central-1:000000000000:function:worker",
                  "Id.$": "$$.Execution.Id",
                },
              },
            },
          },
        },
      ],
      pipes: [
        {
          name: "pipe",
          roleArn: role,
          queueArn: "arn:aws:sqs:eu-central-1:000000000000:work",
          stateMachineArn: arn,
          patterns: [{ body: { type: ["image.uploaded"] } }],
        },
      ],
    });
  });

  it("accepts every message if the pipe has no filter", () => {
    const source_parameters = { sqs_queue_parameters: { batch_size: 1 } };
    expect(read({}, { source_parameters }).pipes[0]?.patterns).toEqual([{}]);
  });

  it.each([
    [{ type: "EXPRESS" }, {}, "only STANDARD machines run here"],
    [
      { definition: MACHINE.definition.replace("lambda:invoke", "sns:publish") },
      {},
      "It uses arn:aws:states:::sns:publish, which cannot run here",
    ],
    [{ definition: "{" }, {}, "definition: is not JSON"],
    [
      {},
      { enrichment: "x" },
      "aws_pipes_pipe.Pipe.enrichment is an attribute that the local runtime does not support",
    ],
    [
      {},
      { source_parameters: { ...PIPE.source_parameters, sqs_queue_parameters: { batch_size: 5 } } },
      "only pipes of one message at a time run here",
    ],
    [
      {},
      { source_parameters: { filter_criteria: { filter: [{ pattern: '{"a":[{"cidr":"10.0.0.0/8"}]}' }] } } },
      "source_parameters.filter_criteria.filter",
    ],
    [
      {},
      { target_parameters: { input_template: "<$.body>" } },
      "target_parameters.input_template: is not supported here",
    ],
  ])("that is not supported stops the start: %j %j", (machine, pipe, what) => {
    expect(() => read(machine, pipe)).toThrow(what);
  });
});

it("reads a deployed workflow from its state", () => {
  const path = join(temporaryFolder(), "state.json");
  const values = {
    ...PIPE,
    role_arn: "role",
    source: "queue",
    target: "machine",
    source_parameters: [
      {
        sqs_queue_parameters: [{ batch_size: 1, maximum_batching_window_in_seconds: 0 }],
        filter_criteria: [{ filter: [{ pattern: '{"body":{}}' }] }],
      },
    ],
    target_parameters: [
      {
        step_function_state_machine_parameters: [{ invocation_type: "FIRE_AND_FORGET" }],
        input_template: "",
        sqs_queue_parameters: [],
      },
    ],
  };
  const resources = [{ mode: "managed", type: "aws_pipes_pipe", address: "aws_pipes_pipe.It", values }];
  writeFileSync(path, JSON.stringify({ values: { root_module: { resources } } }));
  expect(readStates([path]).pipes).toEqual([
    {
      name: "pipe",
      roleArn: "role",
      queueArn: "queue",
      stateMachineArn: "machine",
      patterns: [{ body: {} }],
    },
  ]);
});
