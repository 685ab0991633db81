import { toDuration } from "@image-pipeline/operator-kit";
import type { DeadLetter } from "./dead-letter.ts";
import { nameOf } from "./sender.ts";

const HOUR_SECONDS = 3600;
const AGES = [
  { name: "under 1 hour", seconds: HOUR_SECONDS },
  { name: "under 1 day", seconds: 24 * HOUR_SECONDS },
  { name: "older", seconds: Number.POSITIVE_INFINITY },
];

/** Letters of one queue that have the same reason and about the same age, oldest first. */
export interface Group {
  queue: string;
  target: string;
  reason: string;
  age: string;
  letters: DeadLetter[];
}

/** @param now milliseconds since 1970 */
export function toGroups(letters: readonly DeadLetter[], now: number): Group[] {
  const groups = new Map<string, Group>();
  for (const letter of letters.toSorted((a, b) => a.sentAt - b.sentAt)) {
    const age = AGES.find(({ seconds }) => ageSeconds(letter, now) < seconds)?.name ?? "older";
    const id = JSON.stringify([letter.queue.name, letter.reason, age]);
    const group = groups.get(id) ?? { ...toGroup(letter), age, letters: [] };
    group.letters.push(letter);
    groups.set(id, group);
  }
  return [...groups.values()].toSorted((a, b) => b.letters.length - a.letters.length);
}

/** A group in one line: `   12  STORE_DENIED  under 1 day  oldest 3h 5m  1f0c…: photos/a.jpg: AccessDenied` */
export function toLine({ reason, age, letters }: Group, now: number): string {
  const [oldest] = letters;
  if (!oldest) return "";
  const example = `${oldest.id}: ${oldest.key ?? "not an image event"}: ${oldest.text}`;
  return `${String(letters.length).padStart(7)}  ${reason}  ${age}  oldest ${toDuration(ageSeconds(oldest, now))}  ${example}`;
}

export function ageSeconds({ sentAt }: Pick<DeadLetter, "sentAt">, now: number): number {
  return Math.max(0, Math.round((now - sentAt) / 1000));
}

function toGroup(letter: DeadLetter) {
  return { queue: letter.queue.name, target: nameOf(letter), reason: letter.reason };
}
