import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadPipelines } from "../src/load.ts";

const CONFIG = join(import.meta.dirname, "../src/config.ts");
const LOAD = join(import.meta.dirname, "../src/load.ts");
const IMPORT = `import { definePipeline } from "${CONFIG}";\n\n`;
const NO_DEFAULT = 'pipeline.config.ts: must have "export default definePipeline({ … })"';

const CASES = [
  ["has no default export", "export const pipeline = {};\n", NO_DEFAULT],
  ["exports something else", "export default {};\n", NO_DEFAULT],
  [
    "calls an unknown function",
    `${IMPORT}export default definePipline({});\n`,
    'pipeline.config.ts:3:16: definePipline is not defined (did you mean "definePipeline"?)',
  ],
  [
    "imports an unknown name",
    `import { definePipline } from "${CONFIG}";\nexport default definePipline({});\n`,
    `pipeline.config.ts:1:10: The requested module '${CONFIG}' does not provide an export named 'definePipline'`,
  ],
  [
    "imports an unknown package",
    'import x from "@unknown/package";\nexport default x;\n',
    "pipeline.config.ts:1:16: Cannot find package '@unknown/package'",
  ],
  [
    "lacks a comma",
    `${IMPORT}export default definePipeline({\n  presets: {}\n  environments: {},\n});\n`,
    "pipeline.config.ts:5:3: Expected ',', got 'ident'",
  ],
  [
    "lacks a quotation mark",
    'const name = "abc;\nexport default name;\n',
    "pipeline.config.ts:1:14: Unterminated string constant",
  ],
  [
    "throws an error",
    "const settings = null;\nexport default settings.presets;\n",
    "pipeline.config.ts:2:25: Cannot read properties of null (reading 'presets')",
  ],
  ["throws a text", 'throw "not today";\n', "pipeline.config.ts: not today"],
  [
    "defines nothing",
    `${IMPORT}export default definePipeline();\n`,
    "pipeline.config.ts has 1 error:\n  config: must be an object of settings",
  ],
] as const;

/** Loads every file given and prints the errors: Node.js must import them, since Vitest transforms imported files. */
const LOADER = `
import { loadPipelines } from ${JSON.stringify(LOAD)};
const toMessage = (file) => loadPipelines(file).then(() => "loaded", ({ name, message }) => ({ name, message }));
console.log(JSON.stringify(await Promise.all(process.argv.slice(1).map(toMessage))));
`;

let folder: string;
let errors: unknown[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "a config "));
  const files = CASES.map(([name, source]) => {
    const file = join(folder, `${name}.ts`);
    writeFileSync(file, source);
    return file;
  });
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", LOADER, ...files];
  errors = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(CASES.map(([name, , message], index) => ({ name, message, index })))(
  "a config that $name is one ConfigError with the place, without a stack",
  ({ message, index }) => {
    expect(errors[index]).toEqual({ name: "ConfigError", message });
  },
);

test("the config of this repository is found from any folder", async () => {
  const before = process.cwd();
  process.chdir(folder);
  const pipelines = await loadPipelines().finally(() => process.chdir(before));
  expect([...pipelines.keys()]).toEqual(["dev", "prod"]);
});
