import { Link } from "wouter-preact";
import type { QueueNumbers } from "../../api/flow.ts";
import { useLive } from "../../client/use-live.ts";
import { toCount, toDuration } from "../../parts/format.ts";
import { Empty, Loading, ProblemNote } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Diagram } from "./diagram.tsx";

export default function Flow() {
  const { value, problem } = useLive("flow");
  return (
    <>
      {problem && <ProblemNote problem={problem} />}
      {!value && !problem && <Loading what="the queues" />}
      {value?.queues.length === 0 && (
        <Empty title="No queues">Deploy the stacks, then they appear here.</Empty>
      )}
      {value && value.queues.length > 0 && (
        <>
          <Diagram flow={value} />
          <Table
            caption="Queues"
            columns={["Queue", "Waiting", "In flight", "Oldest", "In per minute", "Done per minute"]}
            numeric={[1, 2, 3, 4, 5]}
            rows={value.queues.map((queue) => ({
              key: queue.queue,
              cells: [
                <QueueName key="name" {...queue} />,
                toCount(queue.waiting + queue.delayed),
                toCount(queue.inFlight),
                toDuration(queue.oldestSeconds),
                toRate(queue.inPerMinute),
                toRate(queue.outPerMinute),
              ],
            }))}
          />
        </>
      )}
    </>
  );
}

function QueueName({ queue, isDeadLetterQueue }: QueueNumbers) {
  if (!isDeadLetterQueue) return <>{queue}</>;
  return <Link href={`/dead-letters?${new URLSearchParams({ queue })}`}>{queue}</Link>;
}

function toRate(perMinute: number | null): string {
  return perMinute === null ? "–" : toCount(perMinute);
}
