/** Prints what tier 4 does as it is done, with the seconds since the start and the seconds each step took. */
export class StepLog {
  private readonly start = performance.now();

  async step<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const begin = performance.now();
    const result = await work();
    this.say(`${what} (${toSeconds(performance.now() - begin)})`);
    return result;
  }

  say(what: string): void {
    process.stdout.write(`tier 4 ${toSeconds(performance.now() - this.start).padStart(7)}  ${what}\n`);
  }
}

function toSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
