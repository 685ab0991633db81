import { join, relative, sep } from "node:path";
// chokidar: follows editors that save by renaming a file, on Linux and macOS alike, and leaves folders such as
// node_modules out, which the recursive fs.watch of Node.js 22 cannot.
import { watch } from "chokidar";
import { ROOT, synthOnly } from "./build-and-synth.ts";
import type { Exits } from "./exits.ts";
import type { LiveCode } from "./live-code.ts";
import type { Options } from "./options.ts";
import { toSeconds } from "./report.ts";
import type { Serving } from "./serve.ts";
import type { Terminal } from "./terminal.ts";

const CONFIG = join(ROOT, "pipeline.config.ts");
const SOURCES = [CONFIG, join(ROOT, "apps"), join(ROOT, "packages")];
/** Sources of the stacks; everything else that matters is found by the bundler. */
const STACK_SOURCES = [CONFIG, join(ROOT, "apps/infra") + sep, join(ROOT, "packages/schema") + sep];
const IGNORED = /[\\/](node_modules|dist|dist-test|test|cdktf\.out|\.[^\\/]*)([\\/]|$)/;
/** An editor that saves several files does so within this time. */
const QUIET_MILLISECONDS = 50;

export interface WatchOptions {
  serving: Serving;
  code: LiveCode;
  options: Pick<Options, "environment">;
  /** The run's folder, for stacks. */
  folder: string;
  terminal: Terminal;
  exits: Exits;
}

/** Reloads functions and stacks when their sources change; what cannot be built leaves the old ones running. */
export async function watchSources(watching: WatchOptions): Promise<void> {
  const { exits, terminal } = watching;
  const watcher = watch(SOURCES, {
    ignoreInitial: true,
    ignored: (path) => IGNORED.test(relative(ROOT, path)),
  });
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
    // What failed is built again with the next change, which may fix it.
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
  terminal.note("watching the sources and pipeline.config.ts\n");
}

interface Reload extends WatchOptions {
  stacksFolder: string;
}

/** @returns false when something could not be built or run */
async function reloadFrom(files: ReadonlySet<string>, reload: Reload): Promise<boolean> {
  const { note, complain, paint, status } = reload.terminal;
  const start = performance.now();
  const names = [...files].map((path) => relative(ROOT, path)).join(", ");
  status(`reloading: ${names}`);
  try {
    const parts = await rebuild(files, reload);
    status(undefined);
    const time = toSeconds(performance.now() - start);
    if (parts.length > 0)
      note(`${paint("cyan", "reloaded")}   ${parts.join(", ")} in ${time}: ${names} changed`);
    return true;
  } catch (error) {
    status(undefined);
    complain(`not reloaded, the code from before is still running: ${names}\n${toMessage(error)}`);
    return false;
  }
}

/** @returns the names of the parts that now run new code */
async function rebuild(files: ReadonlySet<string>, reload: Reload): Promise<string[]> {
  const { serving, code, options, stacksFolder, exits } = reload;
  const { pipeline } = serving.current();
  if (![...files].some((path) => STACK_SOURCES.some((source) => path.startsWith(source))))
    return code.reload(pipeline, files);
  const build = synthOnly(stacksFolder, options.environment);
  exits.onEnd(build.stop, build.kill);
  const [functions] = await Promise.all([code.reload(pipeline, files), build.done]);
  await serving.replace(join(stacksFolder, "stacks"));
  code.restore(serving.current().pipeline);
  return ["the stacks", ...functions];
}

function toMessage(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(ROOT + sep, "");
}
