/** Writes what the documents take from the code: `pnpm generate`. The tests tell when it is stale. */
import { writeGeneratedPart } from "./test/controls/generated-part.ts";
import { securityTables } from "./test/controls/security-table.ts";

writeGeneratedPart("security.md", securityTables());
