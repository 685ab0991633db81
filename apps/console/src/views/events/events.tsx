import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import type { LiveEvent } from "../../api/events.ts";
import { useLive } from "../../client/use-live.ts";
import { Badge } from "../../parts/badge.tsx";
import { toImagePath, toTime } from "../../parts/format.ts";
import { Json } from "../../parts/json.tsx";
import { Key } from "../../parts/key.tsx";
import { Empty, ProblemNote } from "../../parts/states.tsx";

/** Older events are dropped from the page. */
const MOST_EVENTS = 500;

export default function Events() {
  const [events, setEvents] = useState<readonly LiveEvent[]>([]);
  const [search, setSearch] = useState("");
  const { problem } = useLive("events", (event) =>
    setEvents((before) => [event, ...before].slice(0, MOST_EVENTS)),
  );
  const wanted = search.trim().toLowerCase();
  const shown = events.filter((event) => JSON.stringify(event).toLowerCase().includes(wanted));
  return (
    <>
      {problem !== undefined && <ProblemNote problem={problem} />}
      <p class="buttons start">
        <label>
          Search{" "}
          <input
            type="search"
            value={search}
            onInput={({ currentTarget }) => setSearch(currentTarget.value)}
          />
        </label>
        <span class="quiet" role="status">
          {shown.length} of {events.length} events since this page was opened
        </span>
      </p>
      {shown.length === 0 ? (
        <Empty title={events.length === 0 ? "Waiting for events" : "No event matches"}>
          <p>Result events appear here as they are published: upload a picture.</p>
        </Empty>
      ) : (
        <ul class="events">
          {shown.map((event) => (
            <li key={event.id}>
              <details>
                <summary>
                  <Badge status={event.type.replace("image.", "")} /> <Key text={event.subject} />{" "}
                  <span class="quiet">{toTime(event.time)}</span>
                </summary>
                <p>
                  <Link href={toImagePath(event.subject)}>The image</Link>
                </p>
                <Json label="The event" text={JSON.stringify(event, null, 2)} />
              </details>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
