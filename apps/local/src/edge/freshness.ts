import type { CachePolicy } from "../topology/distribution.ts";
import type { OriginAnswer } from "./edge-cache.ts";

/** CloudFront's default for an error that the distribution has no setting for. */
const DEFAULT_ERROR_SECONDS = 10;
/** The errors that an origin's `no-store` keeps out of the cache. */
const OBEDIENT_ERRORS = [404, 410, 414, 501];

export interface Lifetime {
  freshSeconds: number;
  /** The time after that in which it is served while a new answer is fetched. */
  staleSeconds: number;
}

/**
 * Returns the time for which CloudFront keeps an answer (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html,
 * and custom-error-pages-expiration.html for errors).
 */
export function lifetimeOf(
  { status, headers }: Pick<OriginAnswer, "status" | "headers">,
  policy: CachePolicy,
  errorSeconds: ReadonlyMap<number, number>,
): Lifetime {
  const directives = toDirectives(headers["cache-control"] ?? "");
  const isPrivate = ["no-store", "no-cache", "private"].some((name) => directives.has(name));
  const maxAge = toSeconds(directives.get("s-maxage") ?? directives.get("max-age"));
  if (status >= 400) {
    if (isPrivate && OBEDIENT_ERRORS.includes(status)) return { freshSeconds: 0, staleSeconds: 0 };
    const least = errorSeconds.get(status) ?? DEFAULT_ERROR_SECONDS;
    return { freshSeconds: Math.max(least, Math.min(maxAge ?? 0, policy.maxSeconds)), staleSeconds: 0 };
  }
  const wanted = isPrivate ? 0 : (maxAge ?? policy.defaultSeconds);
  const stale = toSeconds(directives.get("stale-while-revalidate")) ?? 0;
  return {
    freshSeconds: Math.min(Math.max(wanted, policy.minSeconds), policy.maxSeconds),
    staleSeconds: isPrivate ? 0 : Math.min(stale, policy.maxSeconds),
  };
}

function toDirectives(cacheControl: string): Map<string, string> {
  const pairs = cacheControl.split(",").map((part) => part.trim().toLowerCase().split("="));
  return new Map(pairs.map(([name = "", value = ""]) => [name, value]));
}

function toSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
