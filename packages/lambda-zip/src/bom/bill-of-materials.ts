import * as z from "zod";
import type { ZipPackage } from "./zip-packages.ts";

const License = z.object({
  license: z.looseObject({ id: z.string().optional(), name: z.string().optional() }),
});
const Expression = z.object({ expression: z.string() });
export const Component = z.looseObject({
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  licenses: z.array(z.union([License, Expression])).default([]),
});
export type Component = z.infer<typeof Component>;

/** CycloneDX, as `pnpm sbom` writes it (cyclonedx.org/docs/1.6/json). */
export const Bom = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  metadata: z.looseObject({ component: z.looseObject({}) }),
  components: z.array(Component),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).optional() })),
});
export type Bom = z.infer<typeof Bom>;

/** The zip that a bill of materials is of. */
export interface Subject {
  name: string;
  version: string;
  /** The zip's SHA-256, in hex. */
  sha256: string;
}

/** The property of a component that the zip holds as files of its own, which its user can replace, as the LGPL asks. */
export const REPLACEABLE = "image-pipeline:replaceable";

/**
 * Returns the bill of materials of a zip: the part of the workspace's that is about the zip's packages.
 *
 * @throws {Error} naming a package that the workspace's bill of materials does not have
 */
export function toBillOfMaterials(workspace: Bom, subject: Subject, packages: readonly ZipPackage[]): Bom {
  const components = packages.map((each) => toComponent(workspace, each));
  const kept = new Set(components.map(({ purl }) => purl));
  const { name, version, sha256 } = subject;
  const ref = `${name}@${version}`;
  return {
    ...workspace,
    metadata: {
      ...workspace.metadata,
      component: {
        type: "application",
        "bom-ref": ref,
        name,
        version,
        hashes: [{ alg: "SHA-256", content: sha256 }],
      },
    },
    components,
    dependencies: [
      { ref, dependsOn: [...kept] },
      ...workspace.dependencies
        .filter((each) => kept.has(each.ref))
        .map((each) => ({ ...each, dependsOn: each.dependsOn?.filter((one) => kept.has(one)) ?? [] })),
    ],
  };
}

function toComponent({ components }: Bom, { name, version, files }: ZipPackage): Component {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const found = components.find((each) => each.purl === purl);
  if (found === undefined) throw new Error(`pnpm's bill of materials has no ${name} ${version}`);
  const binaries = files.filter((file) => /\.(node|so[\d.]*|dylib|js|wasm)$/.test(file));
  if (binaries.length === 0) return found;
  return { ...found, properties: binaries.map((value) => ({ name: REPLACEABLE, value })) };
}

/** Returns the licences of a component, by their SPDX identifiers; an empty text if it names none. */
export function licencesOf({ licenses }: Component): string {
  return licenses
    .map((each) =>
      "license" in each ? (each.license.id ?? each.license.name ?? "unknown") : each.expression,
    )
    .join(" AND ");
}
