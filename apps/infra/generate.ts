/** Writes what the documents take from the code: `pnpm generate`. The tests tell when it is stale. */
import { writeGeneratedPart } from "./test/controls/generated-part.ts";
import { securityTables } from "./test/controls/security-table.ts";
import { EXAMPLE_WORKFLOW } from "./test/workflow/example-workflow.ts";
import { stateDiagram } from "./test/workflow/state-diagram.ts";

writeGeneratedPart("security.md", securityTables());
writeGeneratedPart("workflow.md", stateDiagram(EXAMPLE_WORKFLOW));
