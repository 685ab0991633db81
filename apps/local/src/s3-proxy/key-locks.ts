/** Runs one write at a time for each object, in the order of the requests. */
export interface KeyLocks {
  run<Result>(names: readonly string[], work: () => Promise<Result>): Promise<Result>;
}

export function keyLocks(): KeyLocks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run(names, work) {
      const unique = [...new Set(names)];
      const before = unique.map((name) => tails.get(name));
      const { promise: done, resolve: release } = Promise.withResolvers<void>();
      for (const name of unique) tails.set(name, done);
      try {
        await Promise.all(before);
        return await work();
      } finally {
        release();
        for (const name of unique) if (tails.get(name) === done) tails.delete(name);
      }
    },
  };
}
