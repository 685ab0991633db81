import { progress } from "../report/progress.ts";
import { mean, median } from "./mean.ts";

/** A way of doing the work: measures itself on one input, in milliseconds. */
export interface Contender<Input> {
  name: string;
  measure: (input: Input) => Promise<number>;
}

/** The median time of each contender on each input, in milliseconds: `times[contender][input]`. */
export type Times = Record<string, number[]>;

/**
 * Measures every contender on every input, turn by turn, so that whatever else the machine does meets all alike, and each
 * time in another order, as each leaves garbage to the next. A first turn that does not count lets the code warm up.
 */
export async function interleave<Input extends { name: string }>(
  contenders: readonly Contender<Input>[],
  inputs: readonly Input[],
  rounds: number,
): Promise<Times> {
  const times: Times = Object.fromEntries(contenders.map(({ name }) => [name, []]));
  for (const [index, input] of inputs.entries()) {
    const taken = new Map(contenders.map(({ name }) => [name, [] as number[]]));
    for (let round = index === 0 ? -1 : 0; round < rounds; round++) {
      for (const { name, measure } of rotated(contenders, round)) {
        progress(
          `${input.name} (${index + 1} of ${inputs.length}), round ${Math.max(1, round + 1)}: ${name}`,
        );
        const time = await measure(input);
        if (round >= 0) taken.get(name)?.push(time);
      }
    }
    for (const [name, all] of taken) times[name]?.push(median(all));
  }
  progress("");
  return times;
}

function rotated<Item>(items: readonly Item[], turn: number): Item[] {
  const first = (turn + items.length) % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

/** How many times longer one contender takes than another: over all inputs together, and the least and most on one. */
export function timesLonger(times: Times, slower: string, faster: string) {
  const [above, below] = [times[slower] ?? [], times[faster] ?? []];
  const each = above.map((time, input) => time / (below[input] ?? Number.NaN));
  return { overall: mean(above) / mean(below), least: Math.min(...each), most: Math.max(...each) };
}
