/**
 * The part of the Amazon States Language (states-language.net/spec.html) that our machines are written in. `Name` is the
 * states there are: one that leads to a state which is not there does not compile.
 */
export interface StateMachine<Name extends string = string> {
  Comment: string;
  StartAt: Name;
  /** The whole execution's; undefined for a branch, which its machine bounds. */
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

/** JSON; a field whose name ends in `.$` has a path or an intrinsic function for its value. */
type Template = { readonly [field: string]: string | Template };
type Transition<Name extends string> = { Next: Name } | { End: true };

interface Retrier {
  ErrorEquals: readonly string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxDelaySeconds: number;
  MaxAttempts: number;
  /** Full: any wait up to the back-off's, so that many executions that failed together do not come back together. */
  JitterStrategy: "FULL";
}
interface Catcher<Name extends string> {
  ErrorEquals: readonly string[];
  /** Where `{ Error, Cause }` goes; beside the input, so that what follows has both. */
  ResultPath: string;
  Next: Name;
}

/** Every task says how long it may take, how often it is tried, and what becomes of it then. */
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
 * A machine whose time-out is as long as its states can take with all their attempts, so that an execution never ends by
 * it, past every `Catch`, while a state may still come to its own end.
 */
export function stateMachine<const Name extends string>(
  definition: Omit<StateMachine<NoInfer<Name>>, "States" | "TimeoutSeconds"> & {
    States: Readonly<Record<Name, State<NoInfer<Name>>>>;
  },
): StateMachine<Name> & { TimeoutSeconds: number } {
  return { ...definition, TimeoutSeconds: longestSeconds(definition) };
}

/** Some parts of a machine by themselves; names are checked as `stateMachine`'s are. */
export function branch<const Name extends string>(part: {
  StartAt: NoInfer<Name>;
  States: Readonly<Record<Name, State<NoInfer<Name>>>>;
}): Omit<StateMachine, "Comment" | "TimeoutSeconds"> {
  return part;
}

/** Of all states one after another, though no execution goes through all of them. */
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
