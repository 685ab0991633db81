import { toOptions, USAGE } from "./command/options.ts";
import { note } from "./command/progress.ts";
import { runBenchmarks } from "./command/run-benchmarks.ts";
import { UserFault } from "./command/user-fault.ts";

/** `npx pnpm@12 bench`: see the usage in `command/options.ts`. */
try {
  const options = toOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(USAGE);
  else await runBenchmarks(options);
} catch (error) {
  note(
    error instanceof UserFault
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error),
  );
  process.exitCode = 1;
}
