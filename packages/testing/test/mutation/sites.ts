import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const REPOSITORY = join(import.meta.dirname, "../../../..");

const MARK = /\/\/ mutation: ([\w-]+)$/;

/** Returns the file of every line that is marked as a mutation site. @throws {Error} when two lines have the same site */
export function findSites(): Map<string, string> {
  const sites = new Map<string, string>();
  for (const file of globSync("{apps,packages}/*/src/**/*.ts", { cwd: REPOSITORY })) {
    for (const line of readFileSync(join(REPOSITORY, file), "utf8").split("\n")) {
      const site = siteOf(line);
      if (site === undefined) continue;
      if (sites.has(site))
        throw new Error(`two lines are marked "mutation: ${site}": ${sites.get(site)}, ${file}`);
      sites.set(site, join(REPOSITORY, file));
    }
  }
  return sites;
}

/** @throws {Error} when the change leaves the marked line as it is */
export function mutate(source: string, site: string, change: (line: string) => string): string {
  const mutated = source
    .split("\n")
    .map((line) => (siteOf(line) === site ? change(line) : line))
    .join("\n");
  if (mutated === source) throw new Error(`the change of "mutation: ${site}" no longer fits its line`);
  return mutated;
}

function siteOf(line: string): string | undefined {
  return MARK.exec(line)?.[1];
}
