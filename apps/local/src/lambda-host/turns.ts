/** Those who wait for one of few things, first come, first served. */
export interface Turns<Thing> {
  wait(): Promise<Thing>;
  /** Whether there was somebody to take it; the thing is made only then. */
  give(make: () => Thing): boolean;
  /** Turns everybody away. */
  refuse(reason: Error): void;
}

export function turns<Thing>(): Turns<Thing> {
  const waiting: { resolve(thing: Thing): void; reject(reason: Error): void }[] = [];
  return {
    wait() {
      const turn = Promise.withResolvers<Thing>();
      waiting.push(turn);
      return turn.promise;
    },
    give(make) {
      const next = waiting.shift();
      next?.resolve(make());
      return next !== undefined;
    },
    refuse(reason) {
      for (const turn of waiting.splice(0)) turn.reject(reason);
    },
  };
}
