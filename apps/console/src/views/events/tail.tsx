import { useRef, useState } from "preact/hooks";
import { useSearchParams } from "wouter-preact";
import type { LiveEvent } from "../../api/events.ts";
import { useLive } from "../../client/use-live.ts";
import { Badge } from "../../parts/badge.tsx";
import { toTime } from "../../parts/format.ts";
import { Key } from "../../parts/key.tsx";
import { Empty, ProblemNote } from "../../parts/states.tsx";
import { EventDetails } from "./event-details.tsx";

/** Older events are dropped from the page. */
const MOST_EVENTS = 500;

/** An event that came. One that was sent again comes with the same id. */
interface Came {
  event: LiveEvent;
  number: number;
  isAgain: boolean;
}

/** The live tail of result events, newest first. */
export function Tail() {
  const [parameters, setParameters] = useSearchParams();
  const search = parameters.get("search") ?? "";
  const [came, setCame] = useState<readonly Came[]>([]);
  const count = useRef(0);
  const { problem } = useLive("events", (event) => {
    const number = count.current++;
    setCame((before) => {
      const isAgain = before.some((one) => one.event.id === event.id);
      return [{ event, number, isAgain }, ...before].slice(0, MOST_EVENTS);
    });
  });
  const wanted = search.trim().toLowerCase();
  const shown = came.filter(({ event }) => JSON.stringify(event).toLowerCase().includes(wanted));
  return (
    <>
      {problem !== undefined && <ProblemNote problem={problem} />}
      <p class="buttons start">
        <label>
          Search{" "}
          <input
            type="search"
            value={search}
            placeholder="key, type, reason, id …"
            onInput={({ currentTarget: { value } }) =>
              setParameters(value === "" ? {} : { search: value }, { replace: true })
            }
          />
        </label>
        <span class="quiet" role="status">
          {shown.length} of {came.length} events since this page was opened
        </span>
      </p>
      {shown.length === 0 ? (
        <Empty title={came.length === 0 ? "Waiting for events" : "No event matches"}>
          <p>Result events appear here as they are published: upload a picture.</p>
        </Empty>
      ) : (
        <ul class="events">
          {shown.map((one) => (
            <Row key={one.number} {...one} />
          ))}
        </ul>
      )}
    </>
  );
}

function Row({ event, isAgain }: Came) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <Badge status={event.type.replace("image.", "")} /> <Key text={event.subject} />{" "}
          <span class="quiet">
            {toTime(event.time)}
            {isAgain && " · sent again"}
          </span>
        </summary>
        {isOpen && <EventDetails event={event} />}
      </details>
    </li>
  );
}
