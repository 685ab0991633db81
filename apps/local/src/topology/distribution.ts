import type { BucketPolicy } from "./bucket-policy.ts";

/** A CloudFront distribution, with everything that its behaviours refer to. */
export interface Distribution {
  id: string;
  arn: string;
  domainName: string;
  /** The object that a request for `/` means. */
  defaultRootObject: string | null;
  /** In the order in which they are tried; the last one is the default, which takes every path. */
  behaviours: readonly Behaviour[];
  /** The shortest time for which an error is cached, by status. */
  errorSeconds: ReadonlyMap<number, number>;
}

export interface Behaviour {
  /** With the wildcards `*` and `?`. */
  pathPattern: string;
  methods: readonly string[];
  origin: Origin;
  cache: CachePolicy;
  headers: ResponseHeaders;
  viewerRequest: EdgeFunction | null;
  viewerResponse: EdgeFunction | null;
  /** PEM texts by key pair id; null if requests need no signature. */
  trustedKeys: ReadonlyMap<string, string> | null;
}

export type Origin =
  | { kind: "bucket"; bucket: string; policy: BucketPolicy }
  /** @property urlId the first label of the function URL's host */
  | { kind: "function"; functionName: string; urlId: string };

export interface CachePolicy {
  minSeconds: number;
  defaultSeconds: number;
  maxSeconds: number;
  /** Lower-case names of the headers that are part of the cache's key and are sent to the origin. */
  headers: readonly string[];
}

export interface EdgeFunction {
  name: string;
  code: string;
}

/** A response headers policy. */
export interface ResponseHeaders {
  cors: Cors | null;
  headers: readonly { name: string; value: string; isOverride: boolean }[];
}

export interface Cors {
  origins: readonly string[];
  /** The methods and headers that a preflight request may ask for. */
  methods: readonly string[];
  headers: readonly string[];
  maxAgeSeconds: number | null;
  exposed: readonly string[];
  allowsCredentials: boolean;
  isOverride: boolean;
}
