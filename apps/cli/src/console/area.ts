import type { IncomingMessage, ServerResponse } from "node:http";
import type { Api, Channels, Path } from "@image-pipeline/console/api/contract";
import type { Context } from "../program/context.ts";
import type { LivePipeline } from "./live-pipeline.ts";

/** The parts of the console's server that every area may use. */
export interface ConsoleParts {
  pipeline: LivePipeline;
  context: Context;
  /** Sent back by the page with every change. */
  csrfToken: string;
  /** The environment's name: `local` on this machine. */
  environment: string;
  isLocal: boolean;
  allowsWrites: boolean;
}

/** A request whose sender is known and, for a change, allowed to make it. */
export interface ApiRequest {
  query: URLSearchParams;
  /** The JSON of a change; undefined for other requests. */
  body: unknown;
  /** Aborts when the page has gone. */
  signal: AbortSignal;
}

type AnswerOf<Name extends string> = Name extends keyof Api ? Api[Name]["answer"] : never;

/** Answers of reads: JSON. */
export type Reads = {
  [P in Path<"GET">]?: (request: ApiRequest) => Promise<AnswerOf<`GET ${P}`>>;
};

/** Answers of changes. The server checks the right to make them, and writes the audit's line. */
export type Changes = {
  [P in Path<"POST">]?: (request: ApiRequest) => Promise<AnswerOf<`POST ${P}`>>;
};

/** A request whose body or answer is not JSON: a picture, an upload. */
export interface RawRequest extends ApiRequest {
  request: IncomingMessage;
  response: ServerResponse;
}

export type Answer = (request: ApiRequest) => Promise<unknown>;
export type FileAnswer = (request: RawRequest) => Promise<void>;
export type UploadAnswer = (request: RawRequest) => Promise<unknown>;

/** One area of the console: what it answers, and what it sends on its own. */
export interface Area {
  reads?: Reads;
  changes?: Changes;
  /** Answers other than JSON, by path. */
  files?: Readonly<Record<string, FileAnswer>>;
  /** Changes whose body is not JSON, by path. */
  uploads?: Readonly<Record<string, UploadAnswer>>;
  /** Values for the pages that listen to a channel, until the signal aborts. */
  channels?: { [Name in keyof Channels]?: (signal: AbortSignal) => AsyncIterable<Channels[Name]> };
  /** Called once, when the console ends. */
  close?(): void;
}

export type NewArea = (parts: ConsoleParts) => Area;
