import type { DeadLetterRow } from "../../api/dead-letters.ts";
import { toCount, toDuration } from "../../parts/format.ts";
import { Key } from "../../parts/key.tsx";
import { Table } from "../../parts/table.tsx";

/** The messages by queue and reason, the largest group first. */
export function Groups({
  messages,
  reason,
  onReason,
}: {
  messages: readonly DeadLetterRow[];
  /** The reason whose messages are listed; undefined for all. */
  reason: string | undefined;
  onReason(reason: string | undefined): void;
}) {
  const groups = [...Map.groupBy(messages, ({ reason }) => reason)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  return (
    <Table
      caption="Dead letters by reason"
      columns={["Reason", "Messages", "Oldest", "Last error", "Listed"]}
      numeric={[1, 2]}
      rows={groups.map(([name, group]) => ({
        key: name,
        cells: [
          name,
          toCount(group.length),
          toDuration(Math.max(...group.map(({ ageSeconds }) => ageSeconds))),
          <Key key="error" text={group[0]?.text ?? ""} />,
          <button
            type="button"
            aria-pressed={name === reason}
            onClick={() => onReason(name === reason ? undefined : name)}
          >
            {name === reason ? "Show all" : "Show only these"}
          </button>,
        ],
      }))}
    />
  );
}
