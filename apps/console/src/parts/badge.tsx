/** The meaning of a colour. The text says the same, for those who do not see it. */
export type Tone = "good" | "bad" | "busy" | "quiet" | "warn";

const TONES: Readonly<Record<string, Tone>> = {
  processed: "good",
  rejected: "bad",
  unreadable: "bad",
  quarantined: "bad",
  waiting: "busy",
  deleted: "quiet",
};

/** A status in a coloured pill. */
export function Badge({ status, tone = TONES[status] ?? "quiet" }: { status: string; tone?: Tone }) {
  return <span class={`badge ${tone}`}>{status}</span>;
}
