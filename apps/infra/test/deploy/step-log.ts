/** Prints the steps of tier 4, with the seconds since the start and the duration of each step. */
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
