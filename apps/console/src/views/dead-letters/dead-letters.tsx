import { toPlainText } from "@image-pipeline/schema/plain-text";
import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import type { DeadLetterRow } from "../../api/dead-letters.ts";
import { get } from "../../client/request.ts";
import { toCount } from "../../parts/format.ts";
import { Key } from "../../parts/key.tsx";
import { Empty, Loading, ProblemNote } from "../../parts/states.tsx";
import { VirtualList } from "../../parts/virtual-list.tsx";
import { Changes } from "./changes.tsx";
import { Groups } from "./groups.tsx";
import { Letter } from "./letter.tsx";

const ROW_HEIGHT = 56;

export default function DeadLetters() {
  const { data, error, refetch } = useQuery({
    queryKey: ["dead-letters"],
    queryFn: () => get("/api/dead-letters"),
  });
  const [reason, setReason] = useState<string>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<string>();

  function toggle(id: string): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  }
  function changed(): void {
    setChosen(new Set());
    setOpened(undefined);
    refetch();
  }

  if (error) return <ProblemNote problem={error.message} retry={() => refetch()} />;
  if (!data) return <Loading what="the dead letters" />;
  if (data.messages.length === 0)
    return (
      <Empty title="No dead letters">
        <p>
          Every message was processed, or is still being tried. A message that fails too often comes here.
        </p>
      </Empty>
    );
  const shown = data.messages.filter((message) => reason === undefined || message.reason === reason);
  const selection = chosen.size > 0 ? { ids: [...chosen] } : reason === undefined ? undefined : { reason };
  return (
    <>
      <Groups messages={data.messages} reason={reason} onReason={setReason} />
      <Changes
        selection={selection}
        count={chosen.size > 0 ? chosen.size : shown.length}
        onChanged={changed}
      />
      <h2>{reason === undefined ? "All messages" : reason}</h2>
      <VirtualList
        label={`${toCount(shown.length)} messages`}
        count={shown.length}
        rowHeight={ROW_HEIGHT}
        row={(index) => {
          const message = shown[index];
          return (
            message && (
              <Row
                message={message}
                isChosen={chosen.has(message.id)}
                onChoose={() => toggle(message.id)}
                onOpen={() => setOpened(message.id)}
              />
            )
          );
        }}
      />
      {opened !== undefined && <Letter id={opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}

function Row({
  message: { id, key, reason, text, queue },
  isChosen,
  onChoose,
  onOpen,
}: {
  message: DeadLetterRow;
  isChosen: boolean;
  onChoose(): void;
  onOpen(): void;
}) {
  const name = key === null ? "(no image event)" : toPlainText(key);
  return (
    <div class="letter">
      <input type="checkbox" aria-label={`Choose ${name}`} checked={isChosen} onChange={onChoose} />
      <button type="button" class="plain" onClick={onOpen}>
        <bdi class="key">{name}</bdi>
        <span class="quiet">
          {reason}: <Key text={text} /> · {queue} · {id.slice(0, 8)}
        </span>
      </button>
    </div>
  );
}
