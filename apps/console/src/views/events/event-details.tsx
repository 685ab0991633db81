import { Link } from "wouter-preact";
import type { LiveEvent } from "../../api/events.ts";
import { useSession } from "../../client/use-session.ts";
import { toImagePath } from "../../parts/format.ts";
import { Json } from "../../parts/json.tsx";
import { Deliveries } from "./deliveries.tsx";
import { Schema } from "./schema.tsx";
import { SendAgain } from "./send-again.tsx";

/** One event with its schema beside it, its deliveries, and the button that sends it again. */
export function EventDetails({ event }: { event: LiveEvent }) {
  const { session } = useSession();
  return (
    <>
      <p class="buttons start">
        <Link href={toImagePath(event.subject)}>The image</Link>
        <SendAgain event={event} />
      </p>
      <div class="beside">
        <section>
          <h2>Event</h2>
          <Json label={`The event ${event.id}`} text={JSON.stringify(event, null, 2)} />
        </section>
        <section>
          <h2>Schema</h2>
          <Schema type={event.type} />
        </section>
      </div>
      {session?.isLocal && (
        <>
          <h2>Webhook deliveries</h2>
          <Deliveries id={event.id} />
        </>
      )}
    </>
  );
}
