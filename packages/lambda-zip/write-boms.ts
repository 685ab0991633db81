/**
 * Writes the bill of materials of each built zip beside it, and `docs/licences.md`: `npm run sbom`. A test fails if the page is
 * stale.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { toLicencesPage } from "./src/bom/licences-page.ts";
import { billsOfMaterials } from "./src/bom/workspace-boms.ts";

const ROOT = join(import.meta.dirname, "../..");
const boms = billsOfMaterials();
for (const [app, bom] of boms) {
  const path = `apps/${app}/dist/sbom.cdx.json`;
  writeFileSync(join(ROOT, path), `${JSON.stringify(bom, null, 2)}\n`);
  process.stdout.write(`${path}: ${bom.components.length} packages\n`);
}
writeFileSync(join(ROOT, "docs/licences.md"), toLicencesPage(boms));
