import type { EventPublisher } from "@image-pipeline/lambda-kit/event-publisher";
import type { ImageEvent } from "@image-pipeline/schema/events";

/** A topic in memory. It calls `refuse` for every event of every request, and refuses those for which that is true. */
export function memoryEventPublisher(
  refuse: (event: ImageEvent, request: number) => string | undefined = () => undefined,
) {
  const published: ImageEvent[] = [];
  const requests: string[][] = [];
  const publisher: EventPublisher = {
    async publish(events) {
      requests.push(events.map(({ subject }) => subject));
      return events.flatMap((event) => {
        const error = refuse(event, requests.length);
        if (error !== undefined) return [{ event, error }];
        published.push(event);
        return [];
      });
    },
  };
  return { publisher, published, requests };
}
