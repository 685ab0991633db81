/**
 * Reads the advisories about all packages of the lockfile from GitHub's advisory database, writes them to `advisories.json`, and prints
 * the packages that have one: `npm run advisories`. A test repeats the comparison without a network.
 */
import { writeFileSync } from "node:fs";
import { ADVISORIES_FILE, affected, lockedPackages } from "./advisories.ts";
import { fetchAdvisories } from "./fetch-advisories.ts";

const packages = lockedPackages();
const names = [...new Set(packages.map(({ name }) => name))];
const advisories = await fetchAdvisories(names, { token: process.env.GITHUB_TOKEN }).catch(
  (error: unknown) => {
    console.error(`advisories.json is unchanged: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  },
);
const date = new Date().toISOString().slice(0, 10);
const stored = { date, source: "https://github.com/advisories", advisories };
writeFileSync(ADVISORIES_FILE, `${JSON.stringify(stored, null, 2)}\n`);
const found = affected(advisories, packages);
console.log([`${advisories.length} advisories about ${names.length} packages`, ...found].join("\n"));
process.exitCode = found.length > 0 ? 1 : 0;
