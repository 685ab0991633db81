import { toPlainText } from "@image-pipeline/schema/plain-text";
import type { StoryEvent } from "../../api/story.ts";
import { Badge, type Tone } from "../../parts/badge.tsx";
import { toDuration, toMilliseconds, toTime } from "../../parts/format.ts";
import { Key } from "../../parts/key.tsx";
import { type PlacedEvent, type Stretch, toStretches } from "./stretches.ts";

/** The receiver, the attempt and the answer of a webhook's delivery. */
function toDelivery({ endpoint, attempt, status, answer }: NonNullable<StoryEvent["webhook"]>): string[] {
  const answered = [status === null ? [] : [`status ${status}`], answer ? [answer] : []].flat();
  return [...(endpoint === null ? [] : [endpoint]), `attempt ${attempt}`, ...answered.map(toPlainText)];
}

const TONES: Readonly<Record<string, Tone>> = {
  published: "busy",
  received: "busy",
  done: "good",
  manifest: "good",
  analysis: "good",
  step: "good",
  webhook: "good",
  failed: "bad",
  killed: "bad",
  "dead letter": "bad",
};

/** Each event as a bar or a dot on a time axis. Lists, for those who do not see the bars: the words say the same. */
export function Waterfall({ timeline }: { timeline: readonly StoryEvent[] }) {
  return (
    <>
      {toStretches(timeline).map((stretch) => (
        <StretchList key={String(stretch.from)} stretch={stretch} />
      ))}
    </>
  );
}

function StretchList({ stretch: { from, milliseconds, pauseSeconds, events } }: { stretch: Stretch }) {
  const title = from === null ? "Without a time" : toTime(new Date(from).toISOString());
  return (
    <>
      <h3 class="stretch">
        {title}
        {pauseSeconds !== null && <span class="quiet"> · {toDuration(pauseSeconds)} later</span>}
      </h3>
      <ol class="waterfall" aria-label={`Events from ${title}`}>
        {events.map((placed, index) => (
          <EventRow key={index} placed={placed} isDated={from !== null} />
        ))}
      </ol>
      {milliseconds > 0 && (
        <p class="axis quiet" aria-hidden="true">
          <span>
            <span>0</span>
            <span>{toMilliseconds(milliseconds)}</span>
          </span>
        </p>
      )}
    </>
  );
}

function EventRow({ placed, isDated }: { placed: PlacedEvent; isDated: boolean }) {
  const { event, offset, left, width } = placed;
  const hasFailed = ["manifest", "step", "webhook"].includes(event.kind) && event.reason !== null;
  const tone = hasFailed ? "bad" : TONES[event.kind];
  return (
    <li>
      <span class="event-name">
        <Badge status={event.kind} tone={tone ?? "quiet"} />
        {isDated && <span class="quiet number">+{toMilliseconds(offset)}</span>}
      </span>
      <span class="track" aria-hidden="true">
        {isDated && (
          <span
            class={`mark ${width === 0 ? "dot" : "bar"} ${tone ?? "quiet"}`}
            style={{ left: `${left}%`, width: width === 0 ? undefined : `${width}%` }}
          />
        )}
      </span>
      <span>
        <Key text={event.text} /> <span class="quiet">{detailsOf(event).join(" · ")}</span>
      </span>
    </li>
  );
}

function detailsOf({
  function: name,
  reason,
  milliseconds,
  receiveCount,
  nextReceiveAt,
  webhook,
}: StoryEvent): string[] {
  return [
    ...(webhook === null ? [] : toDelivery(webhook)),
    ...(name === null ? [] : [name]),
    ...(milliseconds === null ? [] : [`took ${toMilliseconds(milliseconds)}`]),
    ...(reason === null ? [] : [reason]),
    ...(receiveCount === null ? [] : [`receive ${receiveCount}`]),
    ...(nextReceiveAt === null ? [] : [`received again after ${toTime(nextReceiveAt)}`]),
  ];
}
