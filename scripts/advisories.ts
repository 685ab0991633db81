import { readFileSync } from "node:fs";
import { join } from "node:path";
import { satisfies } from "semver";
import { parse } from "yaml";
import * as z from "zod";

/** Security advisories about packages of the lockfile, at the date of the last `npm run advisories`. */
export const ADVISORIES_FILE = join(import.meta.dirname, "advisories.json");

export const Advisory = z.object({
  id: z.string().regex(/^GHSA(-[0-9a-z]{4}){3}$/),
  package: z.string(),
  /** The versions that it is about, as GitHub writes them: `>= 4.0.0, < 4.1.1`. */
  range: z.string(),
  severity: z.enum(["low", "medium", "high", "critical"]),
});
export type Advisory = z.infer<typeof Advisory>;

export const Advisories = z.object({ date: z.iso.date(), source: z.url(), advisories: z.array(Advisory) });

/** An advisory that is about no code of ours that runs, with the reason; the list is empty unless an update must wait. */
export const ACCEPTED: Readonly<Record<Advisory["id"], string>> = {};

export interface Package {
  name: string;
  version: string;
}

const Lockfile = z.object({ packages: z.record(z.string(), z.unknown()) });

/** Returns every package that the lockfile installs. */
export function lockedPackages(): Package[] {
  const text = readFileSync(join(import.meta.dirname, "../pnpm-lock.yaml"), "utf8");
  return Object.keys(Lockfile.parse(parse(text)).packages).flatMap((key) => {
    const [, name, version] = /^(@?[^@]+)@(\d[^(]*)$/.exec(key) ?? [];
    return name !== undefined && version !== undefined ? [{ name, version }] : [];
  });
}

/** Returns a line for each package that an advisory is about, except those that are accepted. */
export function affected(advisories: readonly Advisory[], packages: readonly Package[]): string[] {
  return advisories
    .filter(({ id }) => !(id in ACCEPTED))
    .flatMap((advisory) =>
      packages
        .filter(({ name, version }) => name === advisory.package && isIn(version, advisory.range))
        .map(
          ({ name, version }) =>
            `${name} ${version}: ${advisory.severity}, ${advisory.range} (https://github.com/advisories/${advisory.id})`,
        ),
    );
}

function isIn(version: string, range: string): boolean {
  return satisfies(version, range.replaceAll(",", " "), { includePrerelease: true });
}
