import { toOptions, USAGE } from "./options.ts";
import { readRecipe } from "./read-recipe.ts";
import { run } from "./run.ts";
import { UserFault } from "./user-fault.ts";

/** `npx pnpm@12 render`: see the usage in `options.ts`. */
try {
  const options = toOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(USAGE);
  else {
    process.exitCode = await run(options, await readRecipe(), {
      print: (text) => process.stdout.write(`${text}\n`),
      complain: (text) => process.stderr.write(`${text}\n`),
    });
  }
} catch (error) {
  process.stderr.write(`${error instanceof UserFault ? error.message : describe(error)}\n`);
  process.exitCode = 1;
}

/** A fault of our own: here the stack helps. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
