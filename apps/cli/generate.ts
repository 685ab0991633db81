import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toJsonSchemas } from "./src/json-output.ts";

for (const [name, text] of toJsonSchemas())
  await writeFile(join(import.meta.dirname, "json-schema", name), text);
