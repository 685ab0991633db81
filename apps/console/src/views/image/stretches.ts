import type { StoryEvent } from "../../api/story.ts";

/** Events that follow each other closely, which share a time axis. */
export interface Stretch {
  /** Milliseconds since 1970; null for events without a time. */
  from: number | null;
  milliseconds: number;
  /** Seconds since the end of the stretch before; null for the first one. */
  pauseSeconds: number | null;
  events: PlacedEvent[];
}

export interface PlacedEvent {
  event: StoryEvent;
  /** Milliseconds from the start of the axis. */
  offset: number;
  /** Percent of the axis. A width of 0 is a moment. */
  left: number;
  width: number;
}

interface Span {
  event: StoryEvent;
  from: number;
  to: number;
}

/** A retry or a second upload, minutes or days later, would shrink all bars of one axis to nothing. */
const MAX_PAUSE_MILLISECONDS = 60_000;

/** Divides a timeline at its long pauses, and places each event on the axis of its stretch. */
export function toStretches(timeline: readonly StoryEvent[]): Stretch[] {
  const undated = timeline.filter(({ time }) => time === null);
  const spans = timeline.flatMap((event) => toSpan(event)).sort((a, b) => a.from - b.from || a.to - b.to);
  const groups: Span[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    if (span.from - end > MAX_PAUSE_MILLISECONDS) groups.push([]);
    groups.at(-1)?.push(span);
    end = Math.max(end, span.to);
  }
  const dated = groups.map((group, index) => toStretch(group, groups[index - 1]));
  const places = undated.map((event) => ({ event, offset: 0, left: 0, width: 0 }));
  const first = { from: null, milliseconds: 0, pauseSeconds: null, events: places };
  return undated.length === 0 ? dated : [first, ...dated];
}

function toSpan(event: StoryEvent): Span[] {
  if (event.time === null) return [];
  const to = Date.parse(event.time);
  return [{ event, from: to - (event.milliseconds ?? 0), to }];
}

function toStretch(spans: readonly Span[], before: readonly Span[] | undefined): Stretch {
  const from = Math.min(...spans.map((span) => span.from));
  const milliseconds = endOf(spans) - from;
  const toPercent = (part: number) => (milliseconds === 0 ? 0 : (100 * part) / milliseconds);
  return {
    from,
    milliseconds,
    pauseSeconds: before ? (from - endOf(before)) / 1000 : null,
    events: spans.map((span) => ({
      event: span.event,
      offset: span.from - from,
      left: toPercent(span.from - from),
      width: toPercent(span.to - span.from),
    })),
  };
}

function endOf(spans: readonly Span[]): number {
  return Math.max(...spans.map(({ to }) => to));
}
