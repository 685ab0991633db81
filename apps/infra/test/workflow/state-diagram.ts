import type { State, StateMachine } from "../../src/workflow/states.ts";

/** Returns a state machine as a diagram that GitHub renders (mermaid.js.org/syntax/stateDiagram.html): states, branches, and where errors lead. */
export function stateDiagram(machine: Pick<StateMachine, "StartAt" | "States">): string {
  return ["```mermaid", "stateDiagram-v2", ...linesOf(machine, "    "), "```"].join("\n");
}

function linesOf({ StartAt, States }: Pick<StateMachine, "StartAt" | "States">, indent: string): string[] {
  const start = `${indent}[*] --> ${StartAt}`;
  return [start, ...Object.entries(States).flatMap(([name, state]) => toLines(name, state, indent))];
}

function toLines(name: string, state: State<string>, indent: string): string[] {
  const to = (next: string, label?: string) => `${indent}${name} --> ${next}${label ? `: ${label}` : ""}`;
  switch (state.Type) {
    case "Succeed":
    case "Fail":
      return [to("[*]")];
    case "Choice":
      return [
        ...state.Choices.map(({ And, Next }) => to(Next, wordOf(And.at(-1)))),
        to(state.Default, "else"),
      ];
    case "Parallel":
      return [...branchesOf(name, state, indent), ...endOf(state, to), ...catchesOf(state.Catch, to)];
    case "Task":
      return [...endOf(state, to), ...catchesOf(state.Catch ?? [], to)];
    case "Pass":
      return endOf(state, to);
  }
}

function branchesOf(
  name: string,
  { Branches }: Extract<State<string>, { Type: "Parallel" }>,
  indent: string,
): string[] {
  const branches = Branches.flatMap((branch, index) => [
    ...(index > 0 ? [`${indent}    --`] : []),
    ...linesOf(branch, `${indent}    `),
  ]);
  return [`${indent}state ${name} {`, ...branches, `${indent}}`];
}

function endOf(state: { Next: string } | { End: true }, to: (next: string) => string): string[] {
  return ["Next" in state ? to(state.Next) : to("[*]")];
}

function catchesOf(
  catchers: readonly { ErrorEquals: readonly string[]; Next: string }[],
  to: (next: string, label: string) => string,
): string[] {
  return catchers.map(({ ErrorEquals, Next }) =>
    to(Next, ErrorEquals.includes("States.ALL") ? "any other error" : ErrorEquals.join(", ")),
  );
}

function wordOf(comparison: object | undefined): string {
  return comparison && "StringEquals" in comparison ? String(comparison.StringEquals) : "";
}
