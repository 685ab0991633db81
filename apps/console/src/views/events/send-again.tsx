import { useState } from "preact/hooks";
import type { LiveEvent } from "../../api/events.ts";
import type { AnswerTo } from "../../client/request.ts";
import { useChange } from "../../client/use-change.ts";
import { useSession } from "../../client/use-session.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Key } from "../../parts/key.tsx";
import { ProblemNote } from "../../parts/states.tsx";

type Sent = AnswerTo<"POST /api/events/send-again">;

/** The button that publishes an event to its topic again, with a dry run and a question before it. */
export function SendAgain({ event: { id, type, subject: key } }: { event: LiveEvent }) {
  const { session } = useSession();
  const change = useChange("/api/events/send-again");
  const [isAsked, setAsked] = useState(false);
  const [done, setDone] = useState<{ what: string; sent: Sent }>();
  const isDisabled = change.isRunning || !session?.allowsWrites;

  /** A problem is shown by the change itself. */
  async function run(dryRun: boolean, environment = ""): Promise<void> {
    setAsked(false);
    setDone(undefined);
    const sent = await change.start({ id, key, dryRun }, environment).catch(() => undefined);
    if (sent) setDone({ what: dryRun ? "Would publish" : "Published", sent });
  }

  return (
    <>
      <button type="button" disabled={isDisabled} onClick={() => setAsked(true)}>
        Send again
      </button>
      <button type="button" disabled={isDisabled} onClick={() => run(true, session?.environment)}>
        Dry run
      </button>
      <span class="quiet" role="status">
        {session && !session.allowsWrites && "This console is read-only."}
        {change.isRunning && "Running …"}
        {done && (
          <>
            {done.what} {type} of <Key text={key} /> to <Key text={done.sent.topic} />, which has{" "}
            {toSubscribers(done.sent.subscribers)}.
          </>
        )}
      </span>
      {change.problem !== undefined && <ProblemNote problem={change.problem} />}
      {isAsked && (
        <Confirm
          title={`Send ${type} again?`}
          action="Send again"
          onConfirm={(environment) => run(false, environment)}
          onCancel={() => setAsked(false)}
        >
          <p>
            Every subscriber whose filter lets it through gets the event of <Key text={key} /> once more,
            under the same id. The pipeline’s own subscribers change nothing twice; yours know it by its id (
            <code>webhook-id</code> in a webhook).
          </p>
        </Confirm>
      )}
    </>
  );
}

function toSubscribers(names: readonly string[]): string {
  if (names.length === 0) return "no subscriber";
  return `${names.length === 1 ? "1 subscriber" : `${names.length} subscribers`}: ${names.join(", ")}`;
}
