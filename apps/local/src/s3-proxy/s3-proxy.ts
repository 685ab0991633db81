import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type Clock, systemClock } from "../clock.ts";
import { guardedServer } from "../net/guarded-server.ts";
import { listen } from "../net/listen.ts";
import { matchesPattern } from "../topology/event-pattern.ts";
import type { MappingSwitch } from "../topology/mapping-switches.ts";
import type { Topology } from "../topology/topology.ts";
import { toBridgedEvent } from "./bridged-event.ts";
import { isForPages } from "./browser-requests.ts";
import { type CloudFrontApi, dispatcher } from "./dispatch.ts";
import { localUpstream } from "./local-upstream.ts";
import { openObjectTags } from "./object-tags.ts";
import { objectWrites } from "./object-writes.ts";
import { openPendingWrites } from "./pending-writes.ts";
import type { SigningCredentials } from "./presigned.ts";
import { faults, refuse } from "./s3-fault.ts";
import { isWanted, type ObjectChange, toRecord } from "./s3-notification.ts";
import { sequencer } from "./sequencer.ts";
import type { StoredObjects } from "./stored-object.ts";
import { httpUpstream } from "./upstream.ts";

export interface S3ProxyOptions {
  /** The first free one of these is used; 0 is any. */
  ports: readonly number[];
  /** The services behind the proxy: an AWS endpoint. */
  upstream: string;
  /** The listener of those services if they are in this process (default: every request is sent to them by HTTP). */
  listener?: RequestListener | undefined;
  /** The services behind the proxy are the local ones: the proxy adds the parts of S3 that they lack. */
  servicesAreLocal: boolean;
  /** The credentials with which a URL must be presigned. */
  credentials: SigningCredentials;
  /** Origins, such as `http://localhost:3000`, whose pages may read and write objects (`uploads.allowedOrigins`). */
  allowedOrigins: readonly string[];
  /** Folder for the state that the proxy keeps between runs. */
  folder: string;
  stored: StoredObjects;
  /** Answers requests to the API of CloudFront (default: they go to the services behind the proxy). */
  cloudFront?: CloudFrontApi | undefined;
  /** The one secret of Secrets Manager (default: its requests go to the services behind the proxy). */
  webhookSecret?: string | undefined;
  /** Keeps an event for a function; an upload is acknowledged only after that. */
  deliver(functionName: string, event: unknown): Promise<void>;
  clock?: Clock;
}

export interface Routes extends Pick<Topology, "region" | "notifications" | "eventRules" | "schedules"> {
  /** The switches of the event source mappings (default: none). */
  switches?: readonly MappingSwitch[];
  /** Called for every change that a function was invoked for. */
  onChange?: (change: ObjectChange) => void;
}

/** An AWS endpoint for S3, SNS and SQS: the services behind it, the parts of S3 that they lack, and Lambda's Invoke. */
export interface S3Proxy {
  endpoint: string;
  /**
   * Sends notifications and events from now on as the stacks say. Until the first call every request waits, so nothing is stored
   * without its notification; writes of an earlier run that were not announced are announced first.
   */
  route(routes: Routes): Promise<void>;
  /** Resolves when no request is running any more. */
  close(): Promise<void>;
}

/** @throws {UserFault} when the port is in use or may not be opened */
export async function startS3Proxy({ clock = systemClock, ...options }: S3ProxyOptions): Promise<S3Proxy> {
  const http = httpUpstream(options.upstream);
  const upstream = options.listener ? localUpstream(options.listener, http) : http;
  let routes: Routes = { region: "us-east-1", notifications: [], eventRules: [], schedules: [] };
  let endpoint = "";
  const tags = await openObjectTags(options.folder);
  const pendingWrites = await openPendingWrites(options.folder);
  const writes = objectWrites({
    ...options,
    upstream,
    clock,
    tags,
    pendingWrites,
    checksConditions: options.servicesAreLocal,
    credentials: options.servicesAreLocal ? options.credentials : undefined,
    announce: (change) => announce({ ...change, region: routes.region }, routes, options.deliver),
    nextSequencer: sequencer(clock, options.folder),
  });
  const handle = dispatcher({
    ...options,
    upstream,
    writes,
    tags,
    now: clock.now,
    endpoint: () => endpoint,
    mappings: () => ({ switches: routes.switches ?? [], region: routes.region }),
    async invoke(functionName, event) {
      const { notifications, eventRules, schedules } = routes;
      const isKnown = [...notifications, ...eventRules, ...schedules].some(
        (rule) => rule.functionName === functionName,
      );
      if (isKnown) await options.deliver(functionName, event);
      return isKnown;
    },
  });
  let isRecovered = false;
  const routed = Promise.withResolvers<void>();
  routed.promise.catch(() => {});
  const running = new Set<Promise<void>>();
  const server = guardedServer(answer, {
    requestTimeout: 0,
    keepAliveTimeout: 60_000,
    allows: (origin, request) => options.allowedOrigins.includes(origin) && isForPages(request),
  });
  function answer(request: IncomingMessage, response: ServerResponse): void {
    const done = routed.promise
      .then(() => handle({ request, response }))
      .catch((error) => {
        if (!response.destroyed)
          refuse(response, error instanceof RangeError ? faults.tooLarge : faults.unavailable);
      })
      .finally(() => running.delete(done));
    running.add(done);
  }
  endpoint = await listen(server, options.ports);
  return {
    endpoint,
    async route(newRoutes) {
      routes = newRoutes;
      if (!isRecovered) await writes.recover();
      isRecovered = true;
      routed.resolve();
    },
    async close() {
      routed.reject(new Error("the proxy is closed"));
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
      await Promise.all(running);
      upstream.close();
      tags.close();
      pendingWrites.close();
    },
  };
}

async function announce(
  change: ObjectChange,
  routes: Routes,
  deliver: S3ProxyOptions["deliver"],
): Promise<void> {
  const rules = routes.notifications.filter((rule) => isWanted(rule, change));
  for (const rule of rules) await deliver(rule.functionName, { Records: [toRecord(rule, change)] });
  const event = toBridgedEvent(change);
  const matching = routes.eventRules.filter(
    ({ buckets, pattern }) => buckets.includes(change.bucket) && matchesPattern(event, pattern),
  );
  for (const { functionName } of matching) await deliver(functionName, event);
  if (rules.length + matching.length > 0) routes.onChange?.(change);
}
