import type { DeadLetterRow } from "../../api/dead-letters.ts";
import { toCount, toDuration } from "../../parts/format.ts";
import { Key } from "../../parts/key.tsx";
import { Table } from "../../parts/table.tsx";
import type { Address } from "./use-address.ts";

type Group = Pick<Address, "reason" | "queue">;

/** The messages by queue and reason, the largest group first. */
export function Groups({
  messages,
  shown,
  onShow,
}: {
  messages: readonly DeadLetterRow[];
  /** The reason, and the queue, whose messages are listed; undefined for all. */
  shown: Group;
  onShow(group: Group): void;
}) {
  const groups = [...Map.groupBy(messages, ({ reason, queue }) => JSON.stringify([reason, queue]))].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  return (
    <Table
      caption="Dead letters by reason"
      columns={["Reason", "Queue", "Messages", "Oldest", "Last error", "Listed"]}
      numeric={[2, 3]}
      rows={groups.flatMap(([key, group]) =>
        group.slice(0, 1).map(({ reason, queue, text }) => {
          const isShown = reason === shown.reason && (shown.queue === undefined || queue === shown.queue);
          const isSplit = groups.some(([, [other]]) => other?.reason === reason && other.queue !== queue);
          const oldest = group.reduce((most, { ageSeconds }) => Math.max(most, ageSeconds), 0);
          return {
            key,
            cells: [
              reason,
              queue,
              toCount(group.length),
              toDuration(oldest),
              <Key key="error" text={text} />,
              <button
                key="show"
                type="button"
                aria-pressed={isShown}
                onClick={() =>
                  onShow(
                    isShown
                      ? { reason: undefined, queue: undefined }
                      : { reason, queue: isSplit ? queue : undefined },
                  )
                }
              >
                {isShown ? "Show all" : "Show only these"}
              </button>,
            ],
          };
        }),
      )}
    />
  );
}
