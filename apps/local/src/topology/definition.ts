import { z } from "zod";

/** The task resources that can run here. */
const RESOURCE = /^arn:aws[\w-]*:states:::(lambda:invoke|sqs:sendMessage)$/;

const Retrier = z.looseObject({
  IntervalSeconds: z.number().default(1),
  MaxDelaySeconds: z.number().optional(),
});
const State = z.looseObject({
  Type: z.string(),
  Resource: z.string().optional(),
  Retry: z.array(Retrier).optional(),
  get Branches() {
    return z.array(Definition).optional();
  },
});

/** A state machine's definition. The interpreter checks everything else. */
export const Definition: z.ZodType<Definition> = z
  .looseObject({ States: z.record(z.string(), State) })
  .superRefine((definition, context) => {
    for (const { state, resource } of tasksOf(definition))
      if (!RESOURCE.test(resource))
        context.addIssue({ code: "custom", message: `${state} uses ${resource}, which cannot run here` });
  });
export interface Definition {
  States: Record<string, z.infer<typeof State>>;
  TimeoutSeconds?: unknown;
}

/** Returns the tasks of a state machine and of its branches. */
export function tasksOf({ States }: Definition): { state: string; resource: string }[] {
  return Object.entries(States).flatMap(([state, { Type, Resource = "", Branches = [] }]) => [
    ...(Type === "Task" ? [{ state, resource: Resource }] : []),
    ...Branches.flatMap(tasksOf),
  ]);
}

/** Returns the same definition with shorter waits between attempts. */
export function withTimeScale(definition: Definition, timeScale: number): Definition {
  const States = Object.entries(definition.States).map(([name, state]) => [
    name,
    {
      ...state,
      ...(state.Retry && { Retry: state.Retry.map((retrier) => scaled(retrier, timeScale)) }),
      ...(state.Branches && { Branches: state.Branches.map((branch) => withTimeScale(branch, timeScale)) }),
    },
  ]);
  return { ...definition, States: Object.fromEntries(States) };
}

function scaled(retrier: z.infer<typeof Retrier>, timeScale: number): z.infer<typeof Retrier> {
  const { IntervalSeconds, MaxDelaySeconds } = retrier;
  return {
    ...retrier,
    IntervalSeconds: IntervalSeconds * timeScale,
    ...(MaxDelaySeconds !== undefined && { MaxDelaySeconds: MaxDelaySeconds * timeScale }),
  };
}
