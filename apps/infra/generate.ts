/** Writes the generated parts of `docs/`: `pnpm generate`. A test fails if one of them is stale. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeGeneratedPart } from "./test/controls/generated-part.ts";
import { securityTables } from "./test/controls/security-table.ts";
import { architectureSvg } from "./test/diagram/architecture-svg.ts";
import { EXAMPLE_WORKFLOW } from "./test/workflow/example-workflow.ts";
import { stateDiagram } from "./test/workflow/state-diagram.ts";

writeGeneratedPart("security.md", securityTables());
writeGeneratedPart("workflow.md", stateDiagram(EXAMPLE_WORKFLOW));
writeFileSync(join(import.meta.dirname, "../../docs/architecture.svg"), await architectureSvg());
