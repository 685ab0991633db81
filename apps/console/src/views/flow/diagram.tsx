import { Link } from "wouter-preact";
import type { Flow, QueueNumbers, Step } from "../../api/flow.ts";
import { toCount, toDuration } from "../../parts/format.ts";
import "./flow.css";

const LISTS = { all: "/images", waiting: "/images?status=waiting" };

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
                <li class={goesOn ? "flow-lane goes-on" : "flow-lane"} key={steps[0]?.name}>
                  <Steps steps={steps} numbers={numbers} />
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
      {steps.map((step) => (
        <li key={`${step.kind} ${step.name}`}>
          <Box step={step} numbers={numbers} />
        </li>
      ))}
    </ol>
  );
}

function Box({
  step: { kind, name, queue, deadLetters = [], images },
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
      <strong>{images ? <Link href={LISTS[images]}>{name}</Link> : name}</strong>
      {own && <Depth {...own} />}
      {dead.length > 0 && (
        <Link href="/dead-letters" class={count > 0 ? "bad-text" : "quiet"}>
          {count === 1 ? "1 dead letter" : `${count === 0 ? "no" : toCount(count)} dead letters`}
        </Link>
      )}
    </div>
  );
}

function Depth({ waiting, delayed, inFlight, oldestSeconds, perMinute }: QueueNumbers) {
  return (
    <>
      <span>
        {toCount(waiting + delayed)} waiting, {toCount(inFlight)} in flight
      </span>
      {oldestSeconds !== null && <span>oldest {toDuration(oldestSeconds)}</span>}
      {perMinute !== null && (perMinute !== 0 || oldestSeconds !== null) && (
        <span>{toChange(perMinute)}</span>
      )}
    </>
  );
}

function toChange(perMinute: number): string {
  if (perMinute === 0) return "steady";
  return `${toCount(Math.abs(perMinute))} ${perMinute > 0 ? "more" : "fewer"} per minute`;
}
