import { globSync, readFileSync } from "node:fs";
import { appendFile, cp, glob, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runCommand } from "./run-command.ts";

const REPOSITORY = join(import.meta.dirname, "../../../..");
/** Packages that build a zip. */
const HANDLERS = globSync("apps/*/package.json", { cwd: REPOSITORY })
  .filter((file) => "lambda" in JSON.parse(readFileSync(join(REPOSITORY, file), "utf8")))
  .map((file) => dirname(file));
/** Includes the compiler's settings, which esbuild reads. */
const PARTS = ["packages", ...HANDLERS, "apps/infra", "pipeline.config.ts", "tsconfig.base.json"];
const NOT_SOURCES = /[\\/](dist|dist-test|test|\.turbo|\.cache)$/;

/** A copy of the sources of zips and stacks, to change and build. */
export class WorkspaceCopy {
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(folder: string): Promise<WorkspaceCopy> {
    for (const part of PARTS)
      await cp(join(REPOSITORY, part), join(folder, part), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => !NOT_SOURCES.test(path),
      });
    await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
    return new WorkspaceCopy(folder);
  }

  /** The folder for `TerraformProject.synth`. */
  get sources(): string {
    return join(this.folder, "apps/infra/src");
  }

  /** @param files a file, or a pattern of files, of the repository */
  async append(files: string, text: string): Promise<void> {
    let count = 0;
    for await (const file of glob(files, { cwd: this.folder })) {
      await appendFile(join(this.folder, file), text);
      count++;
    }
    if (count === 0) throw new Error(`${files} names no file`);
  }

  /** Builds the handlers' zips. */
  async build(): Promise<void> {
    for (const handler of HANDLERS)
      await runCommand(process.execPath, ["node_modules/@image-pipeline/lambda-zip/src/main.ts"], {
        cwd: join(this.folder, handler),
        env: process.env,
      });
  }
}
