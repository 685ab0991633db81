import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toConfigurationPage } from "./src/configuration-page.ts";
import { toJsonSchemas } from "./src/published.ts";

for (const [name, text] of toJsonSchemas())
  await writeFile(join(import.meta.dirname, "json-schema", name), text);
await writeFile(join(import.meta.dirname, "../../docs/configuration.md"), toConfigurationPage());

/** After `pnpm version` has raised the version of the whole repository. */
const { version } = JSON.parse(await readFile(join(import.meta.dirname, "../../package.json"), "utf8"));
const versionFile = join(import.meta.dirname, "src/version.ts");
const before = await readFile(versionFile, "utf8");
await writeFile(versionFile, before.replace(/(?<=VERSION = ").*(?=")/, version));
