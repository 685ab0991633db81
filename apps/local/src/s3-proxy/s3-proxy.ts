import { createServer } from "node:http";
import { type Clock, systemClock } from "../clock.ts";
import { listen } from "../net/listen.ts";
import type { Topology } from "../topology/topology.ts";
import { dispatcher } from "./dispatch.ts";
import { openObjectTags } from "./object-tags.ts";
import type { Stored } from "./preconditions.ts";
import { faults, refuse } from "./s3-fault.ts";
import { isWanted, type ObjectChange, toRecord } from "./s3-notification.ts";
import { sequencer } from "./sequencer.ts";
import { httpUpstream } from "./upstream.ts";

export interface S3ProxyOptions {
  /** The first of these that is free is taken; 0 is any. */
  ports: readonly number[];
  /** The services behind: an AWS endpoint. */
  upstream: string;
  /** Whether the services behind lack conditional writes and object tags, so that the S3 proxy stands in for them. */
  standsIn: boolean;
  /** Where the sequencer's mark is kept. */
  folder: string;
  stored(bucket: string, key: string): Promise<Stored | undefined>;
  /** Keeps an event for a function; the upload is acknowledged only when this has resolved. */
  deliver(functionName: string, event: unknown): Promise<void>;
  clock?: Clock;
}

export interface Routes extends Pick<Topology, "region" | "notifications" | "schedules"> {
  /** Hears of every change that a notification was made for. */
  onChange?: (change: ObjectChange) => void;
}

/** An AWS endpoint for S3, SNS and SQS that adds to the services behind it what S3 does and they do not, and Lambda's Invoke. */
export interface S3Proxy {
  endpoint: string;
  /** Notifies from now on as the stacks say. */
  route(routes: Routes): void;
  close(): Promise<void>;
}

/** @throws {UserFault} when the port is in use or may not be opened */
export async function startS3Proxy({ clock = systemClock, ...options }: S3ProxyOptions): Promise<S3Proxy> {
  const upstream = httpUpstream(options.upstream);
  let routes: Routes = { region: "us-east-1", notifications: [], schedules: [] };
  let endpoint = "";
  const tags = await openObjectTags(options.folder);
  const handle = dispatcher({
    ...options,
    tags,
    upstream,
    clock,
    endpoint: () => endpoint,
    announce: (change) => announce({ ...change, region: routes.region }, routes, options.deliver),
    nextSequencer: sequencer(clock, options.folder),
    async invoke(functionName, event) {
      const { notifications, schedules } = routes;
      const isKnown = [...notifications, ...schedules].some((rule) => rule.functionName === functionName);
      if (isKnown) await options.deliver(functionName, event);
      return isKnown;
    },
  });
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, (request, response) => {
    handle({ request, response }).catch((error) => {
      if (!response.destroyed)
        refuse(response, error instanceof RangeError ? faults.tooLarge : faults.unavailable);
    });
  });
  endpoint = await listen(server, options.ports);
  return {
    endpoint,
    route(newRoutes) {
      routes = newRoutes;
    },
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
      upstream.close();
      tags.close();
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
  if (rules.length > 0) routes.onChange?.(change);
}
