/** An answer of an origin, read to its end. Header names are lower-case. */
export interface OriginAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** An answer and the times, in milliseconds, until which it is fresh and may be served while a new one is fetched. */
export interface Copy extends OriginAnswer {
  storedAt: number;
  freshUntil: number;
  staleUntil: number;
}

export interface CacheKey {
  key: string;
  /** The path by which an invalidation finds the copy. */
  path: string;
}

/** The cached answers of a distribution. */
export interface EdgeCache {
  /**
   * Returns the cached answer, or a new one. Requests for the same key at the same time share one. The origin's answer to
   * a request from before an invalidation is not kept.
   */
  read(key: CacheKey, load: () => Promise<Copy>): Promise<{ copy: Copy; isHit: boolean }>;
  /** Removes the copies whose path is one of these; an asterisk at the end matches any text. */
  invalidate(paths: readonly string[]): void;
}

const MAX_BYTES = 256 * 1024 * 1024;

interface Loading {
  path: string;
  answer: Promise<Copy>;
}

/** @param now in milliseconds */
export function edgeCache(now: () => number, maxBytes = MAX_BYTES): EdgeCache {
  const copies = new Map<string, Copy & { path: string }>();
  const loading = new Map<string, Loading>();
  let bytes = 0;

  function remove(key: string): void {
    bytes -= copies.get(key)?.body.length ?? 0;
    copies.delete(key);
  }

  function keep({ key, path }: CacheKey, copy: Copy): void {
    remove(key);
    if (copy.staleUntil <= now() || copy.body.length > maxBytes) return;
    copies.set(key, { ...copy, path });
    bytes += copy.body.length;
    for (const oldest of copies.keys()) {
      if (bytes <= maxBytes) return;
      remove(oldest);
    }
  }

  function fetch(place: CacheKey, load: () => Promise<Copy>): Promise<Copy> {
    const running = loading.get(place.key);
    if (running) return running.answer;
    const started: Loading = { path: place.path, answer: load() };
    loading.set(place.key, started);
    const isCurrent = () => loading.get(place.key) === started;
    started.answer
      .then((copy) => isCurrent() && keep(place, copy))
      .catch(() => undefined)
      .finally(() => isCurrent() && loading.delete(place.key));
    return started.answer;
  }

  return {
    async read(place, load) {
      const kept = copies.get(place.key);
      if (!kept || now() >= kept.staleUntil) return { copy: await fetch(place, load), isHit: false };
      if (now() >= kept.freshUntil) fetch(place, load).catch(() => undefined);
      return { copy: kept, isHit: true };
    },
    invalidate(paths) {
      const isGone = ({ path }: { path: string }) => paths.some((pattern) => isNamed(path, pattern));
      for (const [key, copy] of copies) if (isGone(copy)) remove(key);
      for (const [key, started] of loading) if (isGone(started)) loading.delete(key);
    },
  };
}

/** Only an asterisk at the end is a wildcard in an invalidation. */
function isNamed(path: string, pattern: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}
