import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import type { WebhookDelivery } from "../../api/events.ts";
import { get } from "../../client/request.ts";
import { useSession } from "../../client/use-session.ts";
import { Badge } from "../../parts/badge.tsx";
import { toDuration, toImagePath, toMilliseconds, toTime } from "../../parts/format.ts";
import { Key } from "../../parts/key.tsx";
import { Empty, Loading, ProblemNote } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";

const REFRESH_MILLISECONDS = 3000;

/**
 * The attempts to deliver events to webhooks, with the answers. On AWS a search of the logs is paid, so it waits for a click.
 *
 * @param id the event whose deliveries are shown; all when undefined
 */
export function Deliveries({ id }: { id?: string }) {
  const { session } = useSession();
  const [isAsked, setAsked] = useState(false);
  const isLocal = session?.isLocal ?? false;
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["webhooks"],
    queryFn: ({ signal }) => get("/api/webhooks", {}, signal),
    enabled: isLocal || isAsked,
    refetchInterval: isLocal && REFRESH_MILLISECONDS,
  });
  if (session && !isLocal && !isAsked)
    return (
      <p class="buttons start">
        <button type="button" onClick={() => setAsked(true)}>
          Read the last hour
        </button>
        <span class="quiet">It searches the webhooks’ logs, which AWS charges by the gigabyte.</span>
      </p>
    );
  if (error) return <ProblemNote problem={error.message} retry={() => void refetch()} />;
  if (!data) return <Loading what="the deliveries" />;
  const shown = data.deliveries.filter((delivery) => id === undefined || delivery.id === id);
  return (
    <>
      {shown.length === 0 ? (
        <NoDelivery isOfOne={id !== undefined} isLocal={isLocal} />
      ) : (
        <List shown={shown} />
      )}
      {data.usd !== null && (
        <p class="buttons start">
          <button type="button" disabled={isFetching} onClick={() => refetch()}>
            Read again
          </button>
          <span class="quiet">The last search cost ${data.usd.toFixed(4)}.</span>
        </p>
      )}
    </>
  );
}

function NoDelivery({ isOfOne, isLocal }: { isOfOne: boolean; isLocal: boolean }) {
  if (isOfOne) return <p class="quiet">No webhook got this event yet.</p>;
  return (
    <Empty title="No deliveries">
      <p>
        {isLocal ? (
          <>
            <code>npm start -- --webhook URL</code> posts each result event to an address on this machine.
          </>
        ) : (
          <>
            Nothing was delivered in the last hour. <code>webhooks</code> in <code>pipeline.config.ts</code>{" "}
            has the receivers.
          </>
        )}
      </p>
    </Empty>
  );
}

function List({ shown }: { shown: readonly WebhookDelivery[] }) {
  return (
    <Table
      caption="Webhook deliveries"
      columns={["Time", "Receiver", "Event", "Attempt", "Answer", "Took", "Next attempt"]}
      numeric={[3, 5]}
      rows={shown.map((delivery, index) => ({
        key: `${delivery.id} ${delivery.attempt} ${shown.length - index}`,
        cells: toCells(delivery),
      }))}
    />
  );
}

function toCells(delivery: WebhookDelivery) {
  const { time, endpoint, webhook, type, key, attempt, milliseconds, retryInSeconds, isDelivered } = delivery;
  return [
    time === null ? "–" : toTime(time),
    <Key key="receiver" text={endpoint ?? webhook} />,
    <>
      {type.replace("image.", "")}{" "}
      <Link href={toImagePath(key)}>
        <Key text={key} />
      </Link>
    </>,
    attempt,
    <Answer key="answer" delivery={delivery} />,
    milliseconds === null ? "–" : toMilliseconds(milliseconds),
    retryInSeconds === null ? (isDelivered ? "" : "none") : `after ${toDuration(retryInSeconds)}`,
  ];
}

function Answer({ delivery: { status, why, answer, isDelivered } }: { delivery: WebhookDelivery }) {
  return (
    <>
      <Badge status={status === null ? "none" : String(status)} tone={isDelivered ? "good" : "bad"} />{" "}
      {why !== null && status === null && <Key text={why} />}
      {answer !== null && answer !== "" && <Key text={answer} />}
    </>
  );
}
