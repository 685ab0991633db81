import { parseArgs } from "node:util";
import { UserFault } from "./user-fault.ts";

export interface Options {
  files: readonly string[];
  out: string;
  preset: string | undefined;
  sheet: boolean;
  help: boolean;
}

export const USAGE = `Runs the image engine alone on files, with the presets of pipeline.config.ts: to try presets out.

  npx pnpm@12 render FILE... --out DIR [--preset NAME] [--sheet]

  --out DIR      where the renditions go, as DIR/<file>/<preset>.<extension>
  --preset NAME  this preset alone
  --sheet        write DIR/index.html too: every rendition to look at, its placeholder beside it
`;

/** @throws {UserFault} naming what is wrong */
export function toOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args[0] === "--" ? args.slice(1) : args);
  const help = values.help ?? false;
  if (!help && positionals.length === 0) throw new UserFault("no file was given: see --help");
  if (!help && values.out === undefined)
    throw new UserFault("--out DIR is missing: it says where the renditions go");
  return {
    files: positionals,
    out: values.out ?? "",
    preset: values.preset,
    sheet: values.sheet ?? false,
    help,
  };
}

function parse(args: readonly string[]) {
  const options = {
    out: { type: "string" },
    preset: { type: "string" },
    sheet: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    const [why] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/);
    throw new UserFault(`${why}: see --help`);
  }
}
