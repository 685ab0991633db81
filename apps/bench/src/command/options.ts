import { parseArgs } from "node:util";
import { UserFault } from "./user-fault.ts";

export const COMMANDS = ["engine", "memory", "front", "cold", "worker", "burst"] as const;
export type CommandName = (typeof COMMANDS)[number];

export interface Options {
  commands: readonly CommandName[];
  json: boolean;
  photos: string | undefined;
  rounds: number;
  pictures: number;
  allocators: boolean;
  plots: string | undefined;
  help: boolean;
}

export const USAGE = `Measures the image engine on this machine. Without a command: all but front.

  npx pnpm@12 bench [engine|memory|front|cold|worker|burst...] [--photos DIR] [--json] [--rounds N] [--pictures N] [--allocators]
      [--plots DIR]

  engine          CPU time for each picture, against other ways of making the same renditions
  memory          memory of the process over many pictures, by allocator setting
  front           what each encoder costs, in CPU time and in bytes at equal quality
  cold            CPU time from the start of each handler to its first result, and the sizes of bundles and zips
  worker          wall time for each picture, against a naive worker, on a store 25 ms away
  burst           2,000 small images at once on the local runtime: what becomes of them, throughput, memory
  --photos DIR    photographs to measure on, in place of the samples: the larger, the truer
  --rounds N      how often each measurement is taken; the median counts (3)
  --pictures N    how many pictures \`memory\` renders (1000)
  --allocators    run \`memory\` under other allocator settings than the worker's too
  --plots DIR     where \`front\` and \`memory\` write their plots, as SVG
  --json          the figures as JSON on stdout
`;

/** @throws {UserFault} naming what is wrong */
export function toOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  return {
    commands:
      positionals.length === 0 ? ["engine", "memory", "cold", "worker", "burst"] : positionals.map(toCommand),
    json: values.json ?? false,
    photos: values.photos,
    rounds: toCount("rounds", values.rounds ?? "3"),
    allocators: values.allocators ?? false,
    pictures: toCount("pictures", values.pictures ?? "1000"),
    plots: values.plots,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = {
    ...{ photos: text, rounds: text, pictures: text, plots: text },
    ...{ json: flag, allocators: flag, help: { ...flag, short: "h" } },
  };
  try {
    return parseArgs({ args: args[0] === "--" ? args.slice(1) : [...args], allowPositionals: true, options });
  } catch (error) {
    const [why] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/);
    throw new UserFault(`${why}: see --help`);
  }
}

function toCommand(word: string): CommandName {
  const command = COMMANDS.find((name) => name === word);
  if (command) return command;
  throw new UserFault(`there is no benchmark "${word}": it is one of ${COMMANDS.join(", ")}`);
}

function toCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new UserFault(`--${name} ${text} is no count: give a whole number from 1 on`);
}
