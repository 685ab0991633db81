import { toPlainText } from "@image-pipeline/schema/plain-text";
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import type { DeadLetterProgress, DeadLetterRow, DeadLetterSelection } from "../../api/dead-letters.ts";
import { get } from "../../client/request.ts";
import { useLive } from "../../client/use-live.ts";
import { toCount, toTime } from "../../parts/format.ts";
import { Key } from "../../parts/key.tsx";
import { Empty, Loading, ProblemNote } from "../../parts/states.tsx";
import { VirtualList } from "../../parts/virtual-list.tsx";
import { Changes } from "./changes.tsx";
import "./dead-letters.css";
import { Groups } from "./groups.tsx";
import { Letter } from "./letter.tsx";
import { useAddress } from "./use-address.ts";

const ROW_HEIGHT = 56;
const QUERY = ["dead-letters"];

export default function DeadLetters() {
  const client = useQueryClient();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: QUERY,
    queryFn: () => get("/api/dead-letters"),
    refetchOnWindowFocus: false,
  });
  const { value: progress } = useLive("dead-letters");
  const [done, setDone] = useState("");
  const readAgain = () =>
    client.fetchQuery({
      queryKey: QUERY,
      queryFn: () => get("/api/dead-letters", { again: "yes" }),
      staleTime: 0,
    });

  if (error && !data) return <ProblemNote problem={error.message} retry={() => refetch()} />;
  if (!data) return <Loading what={toReading(progress)} />;
  return (
    <>
      <p class="buttons start">
        <button type="button" disabled={isFetching} onClick={() => readAgain().catch(() => undefined)}>
          Read again
        </button>
        <span class="quiet" role="status">
          {isFetching ? `Reading ${toReading(progress)} …` : `As of ${toTime(data.at)}. ${done}`}
        </span>
      </p>
      {error && <ProblemNote problem={error.message} />}
      {data.messages.length === 0 ? (
        <Empty title="No dead letters">
          <p>
            Every message was processed, or is still being tried. A message that fails too often comes here.
          </p>
        </Empty>
      ) : (
        <Messages
          messages={data.messages}
          progress={progress ?? null}
          onChanged={(text) => {
            setDone(text);
            refetch();
          }}
        />
      )}
    </>
  );
}

function toReading(progress: DeadLetterProgress | null | undefined): string {
  return progress?.task === "read" ? `the dead letters: ${toCount(progress.done)}` : "the dead letters";
}

function Messages({
  messages,
  progress,
  onChanged,
}: {
  messages: readonly DeadLetterRow[];
  progress: DeadLetterProgress | null;
  onChanged(done: string): void;
}) {
  const [{ reason, queue, message: opened }, setAddress] = useAddress();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const isShown = (message: DeadLetterRow) =>
    (reason === undefined || message.reason === reason) && (queue === undefined || message.queue === queue);
  const shown = messages.filter(isShown);
  const isAllChosen = shown.length > 0 && shown.every(({ id }) => chosen.has(id));

  function toggle(id: string): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  }
  function changed(done: string): void {
    setChosen(new Set());
    setAddress({ message: undefined });
    onChanged(done);
  }
  const selection = toSelection({ chosen, shown, reason, queue });
  return (
    <>
      <Groups
        messages={messages}
        shown={{ reason, queue }}
        onShow={(group) => {
          setChosen(new Set());
          setAddress(group);
        }}
      />
      <Changes
        selection={selection}
        count={chosen.size > 0 ? chosen.size : shown.length}
        progress={progress}
        onChanged={changed}
      />
      <h2>{reason ?? "All messages"}</h2>
      {queue !== undefined && <p class="quiet">in {queue}</p>}
      <label class="choose-all">
        <input
          type="checkbox"
          checked={isAllChosen}
          onChange={() => setChosen(isAllChosen ? new Set() : new Set(shown.map(({ id }) => id)))}
        />
        Choose all {toCount(shown.length)}
      </label>
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
                onOpen={() => setAddress({ message: message.id })}
              />
            )
          );
        }}
      />
      {opened !== undefined && (
        <Letter
          id={opened}
          onClose={() => setAddress({ message: undefined })}
          onChoose={() => {
            setChosen(new Set([opened]));
            setAddress({ message: undefined });
          }}
        />
      )}
    </>
  );
}

/** A reason in all queues is sent as such; a part of it by its ids. */
function toSelection({
  chosen,
  shown,
  reason,
  queue,
}: {
  chosen: ReadonlySet<string>;
  shown: readonly DeadLetterRow[];
  reason: string | undefined;
  queue: string | undefined;
}): DeadLetterSelection | undefined {
  if (chosen.size > 0) return { ids: [...chosen] };
  if (queue !== undefined && shown.length > 0) return { ids: shown.map(({ id }) => id) };
  return reason === undefined ? undefined : { reason };
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
