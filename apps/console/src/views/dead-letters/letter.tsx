import { useQuery } from "@tanstack/preact-query";
import { useEffect, useRef } from "preact/hooks";
import { Link } from "wouter-preact";
import { get } from "../../client/request.ts";
import { toImagePath, toTime } from "../../parts/format.ts";
import { Json } from "../../parts/json.tsx";
import { Key } from "../../parts/key.tsx";
import { Loading, ProblemNote } from "../../parts/states.tsx";

/**
 * One message, with its error and what a redrive would send. Escape closes it.
 *
 * @param onChoose makes it the one that is sent back or removed
 */
export function Letter({ id, onClose, onChoose }: { id: string; onClose(): void; onChoose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { data, error } = useQuery({
    queryKey: ["dead-letter", id],
    queryFn: () => get("/api/dead-letter", { id }),
  });
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="wide" aria-label="A dead letter" onClose={onClose}>
      {error && <ProblemNote problem={error.message} />}
      {!data && !error && <Loading what="the message" />}
      {data && (
        <>
          <h2>
            {data.key === null ? (
              "(no image event)"
            ) : (
              <Link href={toImagePath(data.key)}>
                <Key text={data.key} />
              </Link>
            )}
          </h2>
          <dl>
            <dt>Reason</dt>
            <dd>{data.reason}</dd>
            <dt>Error</dt>
            <dd>
              <Key text={data.text} />
            </dd>
            <dt>First sent</dt>
            <dd>{toTime(data.sentAt)}</dd>
            <dt>Received</dt>
            <dd>{data.receiveCount === 1 ? "once" : `${data.receiveCount} times`}</dd>
            <dt>Goes back to</dt>
            <dd>{data.target}</dd>
          </dl>
          {data.key !== null && (
            <img
              class="preview"
              alt=""
              src={`/api/file?${new URLSearchParams({ kind: "source", key: data.key })}`}
              onError={({ currentTarget }) => currentTarget.remove()}
            />
          )}
          <Json label="Payload of a redrive" text={toIndented(data.payload)} />
        </>
      )}
      <form method="dialog" class="buttons">
        <button type="button" onClick={onChoose}>
          Choose only this one
        </button>
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

function toIndented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
