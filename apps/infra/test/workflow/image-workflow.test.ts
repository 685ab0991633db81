import { WORKFLOW_ERRORS } from "@image-pipeline/schema/workflow";
import validate from "asl-validator";
import { StateMachine } from "aws-local-stepfunctions";
import { describe, expect, it } from "vitest";
import { imageWorkflow } from "../../src/workflow/image-workflow.ts";
import { stateMachine } from "../../src/workflow/states.ts";
import { generatedPart } from "../controls/generated-part.ts";
import { EXAMPLE_STEPS, EXAMPLE_WORKFLOW } from "./example-workflow.ts";
import { stateDiagram } from "./state-diagram.ts";

const own = EXAMPLE_STEPS;
const moderated = EXAMPLE_WORKFLOW;
const plain = imageWorkflow({ ...own, moderation: null });

describe.each([
  ["with moderation", moderated],
  ["without", plain],
])("the definition %s", (_name, machine) => {
  it("is valid Amazon States Language", () => {
    const { isValid, errors } = validate(machine);
    expect([isValid, errors]).toEqual([true, []]);
  });

  it("has timeouts, retries only named errors with full jitter, and catches every failure", () => {
    const tasks = tasksOf(machine);
    expect(tasks.length).toBeGreaterThan(3);
    for (const [name, task] of tasks) {
      expect([name, task.TimeoutSeconds > 0]).toEqual([name, true]);
      for (const { ErrorEquals, JitterStrategy } of task.Retry) {
        expect(JitterStrategy).toBe("FULL");
        expect(ErrorEquals).not.toContain("States.ALL");
        expect(ErrorEquals).not.toContain("States.TaskFailed");
        for (const error of [...WORKFLOW_ERRORS.permanent, ...WORKFLOW_ERRORS.hopeless])
          expect(ErrorEquals).not.toContain(error);
      }
    }
    expect(tasks.flatMap(([, { Retry }]) => Retry.flatMap(({ ErrorEquals }) => ErrorEquals))).toEqual(
      expect.arrayContaining([...WORKFLOW_ERRORS.transient, "Lambda.TooManyRequestsException"]),
    );
    expect(machine.TimeoutSeconds).toBeGreaterThan(3600);
    expect(machine.TimeoutSeconds).toBeLessThan(365 * 24 * 60 * 60);
  });
});

const message = { messageId: "m", body: "the event", attributes: {} };
const executionArn = "arn:execution";
const job = { manifestKey: "manifests/review/a.jpg.json" };
const answers = {
  Inspect: () => ({ decision: "process", job }),
  Render: () => ({ renditions: ["one"] }),
  Analyse: () => ({ verdict: "allow" }),
  Quarantine: () => ({}),
  Publish: () => ({ decision: "process", status: "processed" }),
  KeepFailed: () => ({ MessageId: "dead" }),
};

describe("an execution", () => {
  it("inspects, renders and analyses in parallel, then publishes, and passes references only", async () => {
    const { way, inputs, output } = await run(moderated, answers);
    expect(way.slice(0, 1)).toEqual(["Inspect"]);
    expect(new Set(way.slice(1, 3))).toEqual(new Set(["Render", "Analyse"]));
    expect(way.slice(3)).toEqual(["Publish"]);
    expect(inputs.Inspect).toEqual({
      FunctionName: own.inspect.arn,
      Payload: { message, execution: executionArn },
    });
    expect(inputs.Render).toEqual({
      FunctionName: own.render.arn,
      Payload: { job, execution: executionArn },
    });
    expect(inputs.Publish).toEqual({
      FunctionName: own.publish.arn,
      Payload: {
        job,
        work: { rendered: { renditions: ["one"] }, analysis: { verdict: "allow" } },
        execution: executionArn,
      },
    });
    expect(output).toEqual({ decision: "process", status: "processed" });
  });

  it("quarantines an image before it publishes it", async () => {
    const { way, inputs } = await run(moderated, { ...answers, Analyse: () => ({ verdict: "quarantine" }) });
    expect(way.slice(-2)).toEqual(["Quarantine", "Publish"]);
    expect(inputs.Quarantine).toMatchObject({
      Payload: { job, work: { rendered: { renditions: ["one"] } } },
    });
  });

  it("skips the analysis if it is disabled", async () => {
    const { way, inputs } = await run(plain, answers);
    expect(way).toEqual(["Inspect", "Render", "Publish"]);
    expect(inputs.Publish).toMatchObject({ Payload: { work: { rendered: { renditions: ["one"] } } } });
  });

  it.each(["duplicate", "stale", "resurrect-refused"])(
    "renders nothing for the decision %s",
    async (decision) => {
      const { way, inputs } = await run(moderated, { ...answers, Inspect: () => ({ decision, job }) });
      expect(way).toEqual(["Inspect", "Publish"]);
      expect(inputs.Publish).toMatchObject({ Payload: { job, work: { rendered: { nothing: true } } } });
    },
  );

  it.each(WORKFLOW_ERRORS.permanent)("publishes %s as a result, without retries", async (name) => {
    const { way, inputs } = await run(moderated, { ...answers, Render: () => fail(name, "why") });
    expect(way.filter((state) => state === "Render")).toHaveLength(1);
    expect(way.at(-1)).toBe("Publish");
    expect(inputs.Publish).toMatchObject({
      Payload: { work: { rendered: { failure: { Error: name, Cause: "why" } } } },
    });
  });

  it("publishes the failure if the analysis fails", async () => {
    const { way, inputs } = await run(moderated, {
      ...answers,
      Analyse: () => fail("SOURCE_CHANGED", "why"),
    });
    expect(way).not.toContain("Quarantine");
    expect(inputs.Publish).toMatchObject({
      Payload: { work: { analysis: { failure: { Error: "SOURCE_CHANGED" } } } },
    });
  });

  it.each([...WORKFLOW_ERRORS.transient, "Lambda.TooManyRequestsException", "Sandbox.Timedout"])(
    "retries %s",
    async (name) => {
      let attempts = 0;
      const { way } = await run(moderated, {
        ...answers,
        Publish: () => (attempts++ === 0 ? fail(name, "for now") : answers.Publish()),
      });
      expect(way.slice(-2)).toEqual(["Publish", "Publish"]);
    },
  );

  it.each(["Inspect", "Render", "Analyse", "Publish"] as const)(
    "sends the event to the dead-letter queue with the error's name if %s fails permanently",
    async (state) => {
      const verdict = () => ({ verdict: "quarantine" });
      const failing = { ...answers, Analyse: verdict, [state]: () => fail("STORE_DENIED", "never") };
      const { way, inputs, error } = await run(moderated, failing);
      expect(way.filter((name) => name === state)).toHaveLength(5);
      expect(way.at(-1)).toBe("KeepFailed");
      expect(inputs.KeepFailed).toEqual({
        QueueUrl: own.deadLetterQueueUrl,
        MessageBody: "the event",
        MessageAttributes: {
          errorCode: { DataType: "String", StringValue: "STORE_DENIED" },
          execution: { DataType: "String", StringValue: "arn:execution" },
        },
      });
      expect(error).toContain("dead-letter queue");
    },
  );

  it("sends it there without retries if the error is unknown", async () => {
    const { way } = await run(moderated, { ...answers, Render: () => fail("TypeError", "a bug") });
    expect(way.filter((name) => name === "Render")).toHaveLength(1);
    expect(way.at(-1)).toBe("KeepFailed");
  });
});

it("does not compile with a transition to an unknown state", () => {
  const machine = stateMachine({
    Comment: "",
    StartAt: "Here",
    // @ts-expect-error there is no state There
    States: { Here: { Type: "Pass", Next: "There" } },
  });
  expect(validate(machine).isValid).toBe(false);
});

it("is the diagram in docs/workflow.md (to update: npm run generate)", () => {
  expect(generatedPart("workflow.md")).toBe(stateDiagram(EXAMPLE_WORKFLOW));
});

type Answers = Record<string, () => unknown>;

function fail(name: string, message: string): never {
  throw Object.assign(new Error(message), { name });
}

/** Runs a state machine with these answers of its functions, without waits between attempts. */
async function run(machine: typeof moderated, given: Answers) {
  const way: string[] = [];
  const inputs: Record<string, unknown> = {};
  const handlers = Object.entries(given).map(([state, answer]) => [
    state,
    async (input: unknown) => {
      way.push(state);
      inputs[state] = input;
      const result = answer();
      return state === "KeepFailed" ? result : { Payload: result, StatusCode: 200 };
    },
  ]);
  const pauses = Object.keys(given).map((state) => [state, 0]);
  const execution = new StateMachine(JSON.parse(JSON.stringify(machine)), {
    validationOptions: { noValidate: true },
  }).run([message], {
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(handlers),
      retryIntervalOverrides: Object.fromEntries(pauses),
    },
    context: { Execution: { Id: executionArn } },
  });
  try {
    return { way, inputs, output: await execution.result, error: null };
  } catch (error) {
    return { way, inputs, output: null, error: String(error) };
  }
}

function tasksOf({ States }: Pick<typeof moderated, "States">): [string, Task][] {
  return Object.entries(States).flatMap(([name, state]): [string, Task][] => {
    if (state.Type === "Parallel") return state.Branches.flatMap(tasksOf);
    return state.Type === "Task" ? [[name, state]] : [];
  });
}
type Task = Extract<(typeof moderated)["States"][string], { Type: "Task" }>;
