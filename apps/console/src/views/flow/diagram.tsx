import { Link } from "wouter-preact";
import type { Flow, FlowList, QueueNumbers, Step } from "../../api/flow.ts";
import { toCount, toDuration } from "../../parts/format.ts";
import "./flow.css";

const LISTS: Readonly<Record<FlowList, { href: string; label: string }>> = {
  images: { href: "/images", label: "all images" },
  waiting: { href: "/images?status=waiting", label: "images that wait" },
  processed: { href: "/images?status=processed", label: "processed images" },
  events: { href: "/events", label: "result events" },
};

type Numbers = ReadonlyMap<string, QueueNumbers>;

/** The pipeline from left to right, on a narrow screen from top to bottom. */
export function Diagram({ flow }: { flow: Flow }) {
  const numbers = new Map(flow.queues.map((queue) => [queue.queue, queue]));
  return (
    <section class="flow" aria-label="Diagram of the pipeline">
      {flow.parts.map(({ before, lanes, after }) => (
        <div class="flow-part" key={before[0]?.name}>
          <Steps steps={before} numbers={numbers} />
          {lanes.length > 0 && (
            <ul class="flow-lanes">
              {lanes.map(({ steps, goesOn }) => (
                <li class="flow-lane" key={steps[0]?.name}>
                  <Edge list={steps[0]?.edge} />
                  <Steps steps={steps} numbers={numbers} />
                  {goesOn && after.length > 0 && <Edge list={after[0]?.edge} />}
                </li>
              ))}
            </ul>
          )}
          {after.length > 0 && <Steps steps={after} numbers={numbers} />}
        </div>
      ))}
    </section>
  );
}

function Steps({ steps, numbers }: { steps: readonly Step[]; numbers: Numbers }) {
  return (
    <ol class="flow-steps">
      {steps.map((step, index) => (
        <li key={`${step.kind} ${step.name}`}>
          {index > 0 && <Edge list={step.edge} />}
          <Box step={step} numbers={numbers} />
        </li>
      ))}
    </ol>
  );
}

/** An arrow, which opens the list of what goes along it. */
function Edge({ list }: { list: FlowList | undefined }) {
  if (list === undefined) return <span class="flow-edge" />;
  const { href, label } = LISTS[list];
  return <Link href={href} class="flow-edge" aria-label={`List of ${label}`} title={`List of ${label}`} />;
}

function Box({
  step: { kind, name, queue, deadLetters = [], list },
  numbers,
}: {
  step: Step;
  numbers: Numbers;
}) {
  const dead = deadLetters.map((name) => numbers.get(name)).filter((queue) => queue !== undefined);
  const count = dead.reduce((sum, { waiting, inFlight, delayed }) => sum + waiting + inFlight + delayed, 0);
  const own = queue === undefined ? undefined : numbers.get(queue);
  return (
    <div class={count > 0 ? "flow-box failed" : "flow-box"}>
      <span class="quiet">{kind}</span>
      <strong>{list ? <Link href={LISTS[list].href}>{name}</Link> : name}</strong>
      {own && <Depth {...own} />}
      {dead.length > 0 && (
        <Link href={toLetters(dead)} class={count > 0 ? "bad-text" : "quiet"}>
          {count === 1 ? "1 dead letter" : `${count === 0 ? "no" : toCount(count)} dead letters`}
        </Link>
      )}
    </div>
  );
}

/** The dead letters of a step: those of one queue, or of its only one that has any. */
function toLetters(queues: readonly QueueNumbers[]): string {
  const filled = queues.filter(({ waiting, inFlight, delayed }) => waiting + inFlight + delayed > 0);
  const [only] = filled.length > 0 ? filled : queues;
  return only && filled.length <= 1
    ? `/dead-letters?${new URLSearchParams({ queue: only.queue })}`
    : "/dead-letters";
}

function Depth({ waiting, delayed, inFlight, oldestSeconds, inPerMinute, outPerMinute }: QueueNumbers) {
  const isMoving = (inPerMinute ?? 0) + (outPerMinute ?? 0) > 0;
  return (
    <>
      <span>
        {toCount(waiting + delayed)} waiting, {toCount(inFlight)} in flight
      </span>
      {oldestSeconds !== null && <span>oldest {toDuration(oldestSeconds)}</span>}
      {isMoving && (
        <span>
          per minute: {toCount(inPerMinute ?? 0)} in, {toCount(outPerMinute ?? 0)} done
        </span>
      )}
    </>
  );
}
