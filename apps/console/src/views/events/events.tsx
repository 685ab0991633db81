import "./events.css";
import { Link, useSearchParams } from "wouter-preact";
import { Deliveries } from "./deliveries.tsx";
import { Tail } from "./tail.tsx";

/** Result events as they come, and their deliveries to webhooks. */
export default function Events() {
  const [parameters] = useSearchParams();
  const isOfWebhooks = parameters.get("show") === "webhooks";
  const tab = (isCurrent: boolean) => (isCurrent ? ({ "aria-current": "page" } as const) : {});
  return (
    <>
      <p class="tabs">
        <Link href="/events" {...tab(!isOfWebhooks)}>
          Result events
        </Link>
        <Link href="/events?show=webhooks" {...tab(isOfWebhooks)}>
          Webhook deliveries
        </Link>
      </p>
      {isOfWebhooks ? <Deliveries /> : <Tail />}
    </>
  );
}
