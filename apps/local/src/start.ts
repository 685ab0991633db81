import { toOptions, USAGE } from "./cli/options.ts";
import { UserFault } from "./user-fault.ts";

/** `npx pipeline start`: see the usage in `cli/options.ts`. */
try {
  const options = toOptions(process.argv.slice(2), process.env);
  if (options.help) process.stdout.write(USAGE);
  else {
    const { start } = await import("./cli/start.ts");
    await start(options);
  }
} catch (error) {
  if (!(error instanceof UserFault)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
