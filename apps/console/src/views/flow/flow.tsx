import { useLive } from "../../client/use-live.ts";
import { toCount, toDuration } from "../../parts/format.ts";
import { Loading, ProblemNote } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";

export default function Flow() {
  const { value, problem } = useLive("flow");
  return (
    <>
      {problem && <ProblemNote problem={problem} />}
      {!value && !problem && <Loading what="the queues" />}
      {value && (
        <Table
          caption="Queues"
          columns={["Queue", "Waiting", "In flight", "Oldest"]}
          numeric={[1, 2, 3]}
          rows={value.queues.map(({ queue, waiting, delayed, inFlight, oldestSeconds }) => ({
            key: queue,
            cells: [queue, toCount(waiting + delayed), toCount(inFlight), toDuration(oldestSeconds)],
          }))}
        />
      )}
    </>
  );
}
