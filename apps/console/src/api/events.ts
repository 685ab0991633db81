/** A result event, as far as the page knows its fields; it shows them all. */
export interface LiveEvent {
  id: string;
  type: string;
  time: string;
  /** The key of the image. */
  subject: string;
  data: object;
}

export interface EventsChannels {
  /** Each result event as it comes. */
  events: LiveEvent;
}
