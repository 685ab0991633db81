import { toAmount, toSize } from "../terminal/units.ts";
import type { Story, StoryEvent } from "./story.ts";

/** Writes a story for a person: the verdict first, then the events with the newest last, then the next command. */
export function toLines(story: Story): string[] {
  return [
    `${story.key}: ${story.state}`,
    story.verdict,
    `image id ${story.imageId}`,
    ...section("timeline", story.timeline.map(toEventLine)),
    ...section(
      "messages",
      story.messages.map(
        ({ queue, state, messageId, sentAt, nextReceiveAt }) =>
          `${state} in ${queue} since ${toTime(sentAt)}, id ${messageId}${nextReceiveAt ? `, invisible until ${toTime(nextReceiveAt)}` : ""}`,
      ),
    ),
    ...section(
      toRenderTitle(story),
      story.renditions.map(
        ({ preset, format, width, height, bytes, key }) =>
          `${preset} ${format}  ${width} × ${height}  ${toSize(bytes)}  ${key}`,
      ),
    ),
    ...section("check would report", story.check ?? []),
    ...section(
      "could not be read",
      story.unread.map(({ what, why }) => `${what}: ${why}`),
    ),
    ...section("similar keys", story.nearKeys),
    ...toCost(story),
    ...(story.next === null ? [] : ["", `next: ${story.next}`]),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function toRenderTitle({ renditions, renderMilliseconds }: Story): string {
  const time = renderMilliseconds === null ? "" : `, rendered in ${Math.round(renderMilliseconds)} ms`;
  return `${toAmount(renditions.length, "rendition")}${time}`;
}

function toEventLine({
  time,
  function: name,
  text,
  milliseconds,
  nextReceiveAt,
  receiveCount,
  kind,
  webhook,
}: StoryEvent): string {
  const details = [
    ...(receiveCount !== null && kind === "received" ? [`receive ${receiveCount}`] : []),
    ...(webhook === null ? [] : toDelivery(webhook)),
    ...(milliseconds === null ? [] : [`${Math.round(milliseconds)} ms`]),
    ...(nextReceiveAt === null ? [] : [`received again after ${toTime(nextReceiveAt)}`]),
  ];
  const where = name ?? (kind === "upload" || kind === "delete" ? "S3" : "");
  return `${toTime(time)}  ${where.padEnd(9)} ${text}${details.length > 0 ? ` (${details.join(", ")})` : ""}`;
}

function toDelivery({ endpoint, status, attempt }: NonNullable<StoryEvent["webhook"]>): string[] {
  const answered = status === null ? [] : [`status ${status}`];
  return [...(endpoint === null ? [] : [endpoint]), `attempt ${attempt}`, ...answered];
}

function toTime(time: string | null): string {
  return (time ?? "").slice(0, 19).replace("T", " ").padEnd(19);
}

function toCost({ logs: { from, bytesScanned, usd } }: Story): string[] {
  if (bytesScanned === null || usd === null) return [];
  return ["", `logs since ${toTime(from)} were searched: ${toSize(bytesScanned)} for $${usd.toFixed(4)}`];
}
