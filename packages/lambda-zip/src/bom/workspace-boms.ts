import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { VERSION } from "@image-pipeline/schema/version";
import * as z from "zod";
import { Bom, type Component, toBillOfMaterials } from "./bill-of-materials.ts";
import { packagesOf } from "./zip-packages.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const Versions = z.record(z.string(), z.string());
/** A row of the table in libvips' README: the library, and its licence with a link. */
const LICENCE_ROW = /^\| ([\w-]+) +\| (.+?) +\|$/gm;

/** Returns the bill of materials of each built zip, by the app's folder. pnpm makes that of the workspace. */
export function billsOfMaterials(): Map<string, Bom> {
  const workspace = withLibraries(readWorkspace());
  const zips = globSync("apps/*/dist/lambda.zip", { cwd: ROOT }).sort();
  return new Map(
    zips.map((zip) => {
      const dist = join(ROOT, dirname(zip));
      const sha256 = createHash("sha256")
        .update(readFileSync(join(ROOT, zip)))
        .digest("hex");
      const app = zip.split("/")[1] ?? "";
      const subject = { name: `image-pipeline-${app}`, version: VERSION, sha256 };
      return [app, toBillOfMaterials(workspace, subject, packagesOf(dist))];
    }),
  );
}

function readWorkspace(): Bom {
  const args = ["sbom", "--sbom-format", "cyclonedx", "--sbom-spec-version", "1.6"];
  const options = { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 26 } as const;
  return Bom.parse(JSON.parse(execFileSync(join(ROOT, "node_modules/.bin/pnpm"), args, options)));
}

/** Adds the libraries that libvips' binary is linked with, which no lockfile knows, to its component. */
function withLibraries(workspace: Bom): Bom {
  return { ...workspace, components: workspace.components.map(withOwnLibraries) };
}

function withOwnLibraries(component: Component): Component {
  const [, name] = /^pkg:npm\/%40(img\/sharp-libvips-[\w-]+)@/.exec(component.purl) ?? [];
  if (name === undefined) return component;
  const folder = dirname(createRequire(import.meta.url).resolve(`@${name}/package`));
  if (!existsSync(join(folder, "versions.json"))) return component;
  const versions = Versions.parse(JSON.parse(readFileSync(join(folder, "versions.json"), "utf8")));
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const libraries = [...readme.matchAll(LICENCE_ROW)]
    .filter(([, library]) => library !== "Library")
    .map(([, library = "", licence = ""]) => ({
      type: "library",
      name: library,
      version: versions[library] ?? versions[library.replace(/^lib/, "")] ?? versions[SHORT[library] ?? ""],
      licenses: [{ license: { name: licence.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1") } }],
    }));
  return { ...component, components: libraries };
}

/** Names in `versions.json` that are not those of the table. */
const SHORT: Readonly<Record<string, string>> = { libultrahdr: "uhdr" };
