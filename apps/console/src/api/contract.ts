import type { CheckApi } from "./check.ts";
import type { CostApi } from "./cost.ts";
import type { DeadLettersApi, DeadLettersChannels } from "./dead-letters.ts";
import type { EventsApi, EventsChannels } from "./events.ts";
import type { FlowChannels } from "./flow.ts";
import type { ImagesApi, ImagesChannels } from "./images.ts";
import type { LabApi } from "./lab.ts";
import type { SessionApi } from "./session.ts";
import type { StoryApi } from "./story.ts";

/** A request of the page, by its name `METHOD /path`. Parameters go into the query; a change has a body. */
export interface Endpoint {
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: unknown;
  answer: unknown;
}

/** Everything that the page may ask its server: a line for each area. */
export interface Api
  extends SessionApi,
    ImagesApi,
    StoryApi,
    DeadLettersApi,
    CheckApi,
    EventsApi,
    CostApi,
    LabApi {}

/** Everything that the server sends on its own, by channel (`/api/live?channel=NAME`). */
export interface Channels extends FlowChannels, ImagesChannels, EventsChannels, DeadLettersChannels {}

/** The paths of one method: `/api/session`. */
export type Path<Method extends "GET" | "POST"> = keyof Api extends infer Name
  ? Name extends `${Method} ${infer Path}`
    ? Path
    : never
  : never;

/** The answer of a request that failed. */
export interface Problem {
  /** One or more sentences: what failed, and what to do about it. */
  problem: string;
}
