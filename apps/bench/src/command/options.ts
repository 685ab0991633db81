export const COMMANDS = [
  "engine",
  "process",
  "memory",
  "front",
  "cold",
  "worker",
  "cost",
  "power",
  "burst",
  "store",
] as const;
export type CommandName = (typeof COMMANDS)[number];

/** The options of `npx pipeline bench`. */
export interface Options {
  commands: readonly CommandName[];
  json: boolean;
  /** Photographs to measure with; the samples when undefined. */
  photos: string | undefined;
  rounds: number;
  pictures: number;
  allocators: boolean;
  /** Images of burst, and the most of store. */
  images: number;
}
