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
            columns={["Queue", "Waiting", "In flight", "Oldest", "Change per minute"]}
            numeric={[1, 2, 3, 4]}
            rows={value.queues.map(({ queue, waiting, delayed, inFlight, oldestSeconds, perMinute }) => ({
              key: queue,
              cells: [
                queue,
                toCount(waiting + delayed),
                toCount(inFlight),
                toDuration(oldestSeconds),
                perMinute === null ? "–" : toCount(perMinute),
              ],
            }))}
          />
        </>
      )}
    </>
  );
}
