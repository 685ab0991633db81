import { useState } from "preact/hooks";
import type { DeadLetterProgress, DeadLetterSelection } from "../../api/dead-letters.ts";
import { useChange } from "../../client/use-change.ts";
import { useSession } from "../../client/use-session.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { toCount, toDuration } from "../../parts/format.ts";
import { ProblemNote } from "../../parts/states.tsx";

/** The buttons that send messages back or remove them for good, each with a question before it. */
export function Changes({
  selection,
  count,
  progress,
  onChanged,
}: {
  /** Undefined as long as nothing is chosen. */
  selection: DeadLetterSelection | undefined;
  count: number;
  progress: DeadLetterProgress | null;
  /** @param done the outcome, in a few words */
  onChanged(done: string): void;
}) {
  const { session } = useSession();
  const redrive = useChange("/api/dead-letters/redrive");
  const drop = useChange("/api/dead-letters/drop");
  const [asked, setAsked] = useState<"redrive" | "drop">();
  const [wouldDo, setWouldDo] = useState<string>();
  const change = asked === "drop" ? drop : redrive;
  const isRunning = redrive.isRunning || drop.isRunning;
  const problem = redrive.problem ?? drop.problem;
  const isDisabled = selection === undefined || isRunning || !session?.allowsWrites;
  const messages = count === 1 ? "1 message" : `${toCount(count)} messages`;

  async function run(environment: string): Promise<void> {
    setAsked(undefined);
    setWouldDo(undefined);
    if (selection === undefined) return;
    // `problem` has the reason of a failure; some messages may have been changed by then.
    const answer = await change.start(selection, environment).catch(() => undefined);
    const verb = asked === "drop" ? "removed" : "sent back";
    onChanged(answer === undefined ? "" : `${toCount(answer.count)} ${verb}`);
  }
  async function dryRun(): Promise<void> {
    if (selection === undefined) return;
    const answer = await redrive
      .start({ ...selection, dryRun: true }, session?.environment)
      .catch(() => undefined);
    setWouldDo(answer && `${toCount(answer.count)} would be sent back`);
  }

  return (
    <>
      <p class="buttons start">
        <button type="button" class="primary" disabled={isDisabled} onClick={() => setAsked("redrive")}>
          Send back
        </button>
        <button type="button" disabled={isDisabled} onClick={dryRun}>
          Dry run
        </button>
        <button type="button" disabled={isDisabled} onClick={() => setAsked("drop")}>
          Remove
        </button>
        <span class="quiet" role="status">
          {selection === undefined ? "Choose messages, or show a reason." : `${messages} chosen. `}
          {session && !session.allowsWrites && "This console is read-only. "}
          {isRunning ? "Running …" : wouldDo}
        </span>
      </p>
      {progress && progress.task !== "read" && <Progress {...progress} />}
      {problem !== undefined && <ProblemNote problem={problem} />}
      {asked && (
        <Confirm
          title={asked === "drop" ? `Remove ${messages} for good?` : `Send ${messages} back?`}
          action={asked === "drop" ? "Remove" : "Send back"}
          onConfirm={run}
          onCancel={() => setAsked(undefined)}
        >
          <p>
            {asked === "drop"
              ? "Their images stay as they are: without renditions, or with older ones."
              : "Each goes back to its queue or function, and is processed as a new one. Nothing is done twice."}
          </p>
          {count > 50 && (
            <p>{`It takes about ${toDuration(count / 50)}, and stops if this page is closed.`}</p>
          )}
        </Confirm>
      )}
    </>
  );
}

function Progress({ task, done, of }: DeadLetterProgress) {
  const label = task === "drop" ? "Removing" : "Sending back";
  return (
    <p class="progress">
      <progress {...(of ? { value: done, max: of } : {})} aria-label={label} />
      <span>
        {label}: {toCount(done)}
        {of !== null && ` of ${toCount(of)}`}
      </span>
    </p>
  );
}
