/**
 * The part of the Amazon States Language (states-language.net/spec.html) that our state machines use. `Name` is the union of
 * the states: a transition to an unknown state does not compile.
 */
export interface StateMachine<Name extends string = string> {
  Comment: string;
  StartAt: Name;
  /** Timeout of the whole execution; undefined for a branch. */
  TimeoutSeconds?: number;
  States: Readonly<Record<Name, State<Name>>>;
}

export type State<Name extends string> =
  | Task<Name>
  | Parallel<Name>
  | Choice<Name>
  | Pass<Name>
  | Fail
  | { Type: "Succeed"; Comment?: string };

/** JSON in which the value of a field `….$` is a path or an intrinsic function. */
type Template = { readonly [field: string]: string | Template };
type Transition<Name extends string> = { Next: Name } | { End: true };

interface Retrier {
  ErrorEquals: readonly string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxDelaySeconds: number;
  MaxAttempts: number;
  /** `FULL`: a random wait up to the back-off, so that executions that failed together do not retry together. */
  JitterStrategy: "FULL";
}
interface Catcher<Name extends string> {
  ErrorEquals: readonly string[];
  /** Path of `{ Error, Cause }`, beside the input, so that the next state has both. */
  ResultPath: string;
  Next: Name;
}

/** Every task has a timeout, retries, and a catcher for its final error. */
export type Task<Name extends string> = Transition<Name> & {
  Type: "Task";
  Comment?: string;
  Resource: string;
  Parameters: Template;
  ResultSelector?: Template;
  ResultPath?: string | null;
  OutputPath?: string;
  TimeoutSeconds: number;
  Retry: readonly Retrier[];
  Catch?: readonly Catcher<Name>[];
};
type Parallel<Name extends string> = Transition<Name> & {
  Type: "Parallel";
  Comment?: string;
  Branches: readonly Omit<StateMachine, "Comment" | "TimeoutSeconds">[];
  ResultSelector?: Template;
  ResultPath?: string;
  Catch: readonly Catcher<Name>[];
};
interface Choice<Name extends string> {
  Type: "Choice";
  Comment?: string;
  Choices: readonly {
    And: readonly (Comparison & { Variable: string })[];
    Next: Name;
  }[];
  Default: Name;
}
type Comparison = { StringEquals: string } | { IsPresent: boolean };
type Pass<Name extends string> = Transition<Name> & {
  Type: "Pass";
  Comment?: string;
  Parameters?: Template;
  Result?: Readonly<Record<string, unknown>>;
  ResultPath?: string;
};
interface Fail {
  Type: "Fail";
  Comment?: string;
  Error: string;
  Cause: string;
}

/**
 * Returns a state machine whose timeout covers all attempts of all states: the timeout of an execution skips every `Catch`, so
 * it must never expire first.
 */
export function stateMachine<const Name extends string>(
  definition: Omit<StateMachine<NoInfer<Name>>, "States" | "TimeoutSeconds"> & {
    States: Readonly<Record<Name, State<NoInfer<Name>>>>;
  },
): StateMachine<Name> & { TimeoutSeconds: number } {
  return { ...definition, TimeoutSeconds: longestSeconds(definition) };
}

/** Returns a branch; state names are checked as in `stateMachine`. */
export function branch<const Name extends string>(part: {
  StartAt: NoInfer<Name>;
  States: Readonly<Record<Name, State<NoInfer<Name>>>>;
}): Omit<StateMachine, "Comment" | "TimeoutSeconds"> {
  return part;
}

/** Returns the duration of all states in sequence, an upper bound. */
function longestSeconds({ States }: Pick<StateMachine, "States">): number {
  return Object.values(States).reduce((sum, state) => {
    if (state.Type === "Parallel") return sum + Math.max(...state.Branches.map(longestSeconds));
    return state.Type === "Task" ? sum + longestTaskSeconds(state) : sum;
  }, 60);
}

function longestTaskSeconds({ TimeoutSeconds, Retry }: Task<string>): number {
  const retries = Retry.map(
    ({ MaxAttempts, MaxDelaySeconds }) => MaxAttempts * (MaxDelaySeconds + TimeoutSeconds),
  );
  return retries.reduce((sum, seconds) => sum + seconds, TimeoutSeconds);
}
