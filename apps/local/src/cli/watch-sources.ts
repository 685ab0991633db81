import { join, relative, sep } from "node:path";
// chokidar: follows editors that save by renaming a file, on Linux and macOS alike, and leaves folders such as
// node_modules out, which the recursive fs.watch of Node.js 22 cannot.
import { watch } from "chokidar";
import { buildAndSynth, ROOT, synthOnly } from "./build-and-synth.ts";
import type { Exits } from "./exits.ts";
import type { Options } from "./options.ts";
import { toSeconds } from "./report.ts";
import type { Terminal } from "./terminal.ts";

const SOURCES = ["pipeline.config.ts", "logos", "fonts", "apps", "packages"];
/** Sources of the stacks; those of the functions are known to the bundler. */
const STACK_SOURCES =
  /^(pipeline\.config\.ts$|logos[\\/]|fonts[\\/]|apps[\\/]infra[\\/]|packages[\\/]schema[\\/])/;
const IGNORED = /[\\/](node_modules|dist|dist-test|test|cdktf\.out|\.[^\\/]*)([\\/]|$)/;
/** What synthesis says of a zip that lacks a logo or font of the config, or has another one. */
const STALE_ZIP = /build it again/;
const RELOADED = { style: "cyan", columns: "reloaded".length } as const;
/** An editor that saves several files does so within this time. */
const QUIET_MILLISECONDS = 50;

export interface WatchOptions {
  /** Runs the new code of the functions that are made from these files. @returns their names */
  reloadCode(files: ReadonlySet<string>): Promise<string[]>;
  /** Runs these stacks in place of the old ones. */
  replaceStacks(stacksFolder: string): Promise<void>;
  options: Pick<Options, "environment">;
  /** The run's folder, for stacks. */
  folder: string;
  terminal: Pick<Terminal, "note" | "complain" | "status">;
  exits: Pick<Exits, "onEnd">;
  /** The folder of `pipeline.config.ts` (default: this repository). */
  root?: string;
  synth?: typeof synthOnly;
  build?: typeof buildAndSynth;
}

/** Reloads functions and stacks when their sources change; what cannot be built leaves the old ones running. */
export async function watchSources(watching: WatchOptions): Promise<void> {
  const { exits, terminal, root = ROOT } = watching;
  const watcher = watch(
    SOURCES.map((name) => join(root, name)),
    { ignoreInitial: true, ignored: (path) => IGNORED.test(relative(root, path)) },
  );
  exits.onEnd(() => watcher.close());
  let changed = new Set<string>();
  let reloading = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let count = 0;

  async function reload(): Promise<void> {
    if (changed.size === 0) return;
    const files = changed;
    changed = new Set();
    const stacksFolder = join(watching.folder, `stacks-${++count}`);
    // Files that failed are built again with the next change, which may fix them.
    if (!(await reloadFrom(files, { ...watching, stacksFolder }))) changed = new Set([...files, ...changed]);
  }
  watcher.on("all", (_event, path) => {
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      reloading = reloading.then(reload);
    }, QUIET_MILLISECONDS);
  });
  await new Promise<void>((resolve) => watcher.once("ready", () => resolve()));
  terminal.note(["watching the sources and pipeline.config.ts", ""]);
}

interface Reload extends WatchOptions {
  stacksFolder: string;
}

/** @returns false when something could not be built or run */
async function reloadFrom(files: ReadonlySet<string>, reload: Reload): Promise<boolean> {
  const { root = ROOT, terminal } = reload;
  const { note, complain, status } = terminal;
  const start = performance.now();
  const names = [...files].map((path) => relative(root, path)).join(", ");
  status(`reloading: ${names}`);
  try {
    const parts = await rebuild(files, reload);
    status(undefined);
    const time = toSeconds(performance.now() - start);
    if (parts.length > 0) note(`reloaded   ${parts.join(", ")} in ${time}: ${names} changed`, RELOADED);
    return true;
  } catch (error) {
    status(undefined);
    complain([
      `not reloaded, the code from before is still running: ${names}`,
      ...toMessage(error, root).split("\n"),
    ]);
    return false;
  }
}

/** @returns the names of the parts that now run new code */
async function rebuild(files: ReadonlySet<string>, reload: Reload): Promise<string[]> {
  const { reloadCode, replaceStacks, stacksFolder, root = ROOT } = reload;
  if (![...files].some((path) => STACK_SOURCES.test(relative(root, path)))) return reloadCode(files);
  const [functions] = await Promise.all([reloadCode(files), synthesise(reload)]);
  await replaceStacks(join(stacksFolder, "stacks"));
  return ["the stacks", ...functions];
}

/** Synthesises with the zips that exist, and builds them first only where they are not those of the config. */
async function synthesise(reload: Reload): Promise<void> {
  const { options, stacksFolder, exits, synth = synthOnly, build = buildAndSynth } = reload;
  const run = (start: typeof synthOnly): Promise<void> => {
    const running = start(stacksFolder, options.environment);
    exits.onEnd(running.stop, running.kill);
    return running.done;
  };
  await run(synth).catch((error: unknown) => {
    if (!(error instanceof Error && STALE_ZIP.test(error.message))) throw error;
    return run(build);
  });
}

function toMessage(error: unknown, root: string): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(root + sep, "");
}
