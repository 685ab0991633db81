import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toConfigurationPage } from "./src/configuration-page.ts";
import { toJsonSchemas } from "./src/published.ts";

for (const [name, text] of toJsonSchemas())
  await writeFile(join(import.meta.dirname, "json-schema", name), text);
await writeFile(join(import.meta.dirname, "../../docs/configuration.md"), toConfigurationPage());
