import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Bundle, bundlePackage } from "@image-pipeline/lambda-zip";
import { unzipSync } from "fflate";
import { ROOT } from "../../src/cli/build-and-synth.ts";
import type { LambdaHost } from "../../src/lambda-host/lambda-host.ts";
import type { LambdaFunction } from "../../src/topology/topology.ts";

/** A function's version: its code, and the variables that it needs. */
export interface Version {
  name: string;
  files: ReadonlyMap<string, Uint8Array>;
  variables: Readonly<Record<string, string>>;
}

/** The engine's revision of the next release. */
export const NEXT_REVISION = "of-the-next-release";
/** The preset that only the next release has. */
export const NEXT_PRESET = "of-the-next-release";

/** A difference of the next release, as a change of a bundle's text. */
type Change = readonly [before: RegExp, after: string];

/** Other pixels, and fields in messages and manifests that this release does not know. */
const PIXELS: Change = [/\brevision: "[^"]*"/, `revision: "${NEXT_REVISION}"`];
const MESSAGES: Change = [
  /return JSON\.stringify\(event\)\.replace\(/,
  "return JSON.stringify({ ...event, more: true, data: { ...event.data, more: [1] } }).replace(",
];
const MANIFESTS: Change = [
  /Body: JSON\.stringify\(next\)/,
  "Body: JSON.stringify({ ...next, more: { of: 1 } })",
];

const PACKAGES: readonly { folder: string; functions: RegExp; changes: readonly Change[] }[] = [
  { folder: "ingest", functions: /-ingest$/, changes: [MESSAGES] },
  {
    folder: "worker",
    functions: /-(worker|inspect|render|publish)$/,
    changes: [PIXELS, MESSAGES, MANIFESTS],
  },
];

/** Returns the versions of the functions as they are deployed. */
export function deployedVersions(functions: readonly LambdaFunction[]): Version[] {
  return functions.map(({ name, zipPath, environment }) => {
    const files = unzipSync(readFileSync(zipPath), { filter: (file) => /^[^/]+\.js$/.test(file.name) });
    return { name, files: new Map(Object.entries(files)), variables: environment };
  });
}

/** Builds the versions of the same functions in the next release. */
export async function nextVersions(
  functions: readonly LambdaFunction[],
  mapFolder: string,
): Promise<Version[]> {
  const built = PACKAGES.map(async ({ folder, functions: its, changes }) => {
    const bundle = await bundlePackage(join(ROOT, "apps", folder), {
      mapFolder,
      minify: false,
      prints: false,
    });
    const files = toNext(bundle, changes);
    return functions
      .filter(({ name }) => its.test(name))
      .map(({ name, environment }) => ({ name, files, variables: withNextPreset(environment) }));
  });
  return (await Promise.all(built)).flat();
}

/** Moves functions to other versions, one after the other, as a deployment does. */
export function deploy(versions: readonly Version[], functions: Pick<LambdaHost, "replaceCode">): void {
  for (const { name, files, variables } of versions) functions.replaceCode(name, files, variables);
}

/** Returns the files of the bundle with each change made in every file that has its place. */
function toNext({ files }: Bundle, changes: readonly Change[]): Map<string, Uint8Array> {
  const texts = [...files].map(([name, { code }]) => ({ name, text: Buffer.from(code).toString() }));
  const missing = changes.find(([before]) => !texts.some(({ text }) => before.test(text)));
  if (missing) throw new Error(`the bundle has no ${missing[0]}: adapt next-release.ts`);
  const changed = (text: string) =>
    changes.reduce((now, [before, after]) => now.replace(before, after), text);
  return new Map(texts.map(({ name, text }) => [name, Buffer.from(changed(text))]));
}

function withNextPreset({ PRESETS, ...others }: LambdaFunction["environment"]): Record<string, string> {
  if (PRESETS === undefined) return others;
  const preset = { width: 16, formats: ["jpeg"] };
  return { ...others, PRESETS: JSON.stringify({ ...JSON.parse(PRESETS), [NEXT_PRESET]: preset }) };
}
