import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ACCEPTED, ADVISORIES_FILE, Advisories, affected, lockedPackages } from "../advisories.ts";
import { fetchAdvisories } from "../fetch-advisories.ts";

const { advisories } = Advisories.parse(JSON.parse(readFileSync(ADVISORIES_FILE, "utf8")));

it("no package of the lockfile has a stored security advisory", () => {
  const packages = lockedPackages();
  expect(packages.length).toBeGreaterThan(400);
  expect(packages.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["sharp", "@aws-sdk/client-s3", "zod"]),
  );
  expect(affected(advisories, packages)).toEqual([]);
});

it("a package in the range of an advisory is found, one outside of it is not", () => {
  const advisory = {
    id: "GHSA-rgj7-g3m4-5g8c",
    package: "sharp",
    range: ">= 0.30.0, < 0.35.4",
    severity: "high",
  } as const;
  const found = affected(
    [advisory],
    [
      { name: "sharp", version: "0.35.3" },
      { name: "sharp", version: "0.35.4" },
      { name: "sharp", version: "0.29.0" },
      { name: "other", version: "0.35.3" },
    ],
  );
  expect(found).toEqual([
    "sharp 0.35.3: high, >= 0.30.0, < 0.35.4 (https://github.com/advisories/GHSA-rgj7-g3m4-5g8c)",
  ]);
});

it("an accepted advisory is one of the list, and has a reason", () => {
  for (const [id, reason] of Object.entries(ACCEPTED)) {
    expect(advisories.map((each) => each.id)).toContain(id);
    expect(reason.length).toBeGreaterThan(20);
  }
});

it("a refresh follows GitHub's pages, and leaves out withdrawn advisories and other packages", async () => {
  const about = (name: string, ghsa_id: string, withdrawn_at: string | null = null) => ({
    ghsa_id,
    severity: "high",
    withdrawn_at,
    vulnerabilities: [
      { package: { ecosystem: "npm", name }, vulnerable_version_range: "< 2.0.0" },
      { package: { ecosystem: "pip", name }, vulnerable_version_range: "< 9.0.0" },
    ],
  });
  const pages = [
    [about("zod", "GHSA-bbbb-bbbb-bbbb"), about("other", "GHSA-cccc-cccc-cccc")],
    [about("sharp", "GHSA-aaaa-aaaa-aaaa"), about("sharp", "GHSA-dddd-dddd-dddd", "2026-01-01T00:00:00Z")],
  ];
  const asked: string[] = [];
  const get = async (url: string | URL | Request) => {
    const next = asked.push(String(url)) === 1 ? { link: '<https://api.github.com/next>; rel="next"' } : {};
    return Response.json(pages[asked.length - 1], { headers: next });
  };
  expect(await fetchAdvisories(["sharp", "zod"], { get })).toEqual([
    { id: "GHSA-aaaa-aaaa-aaaa", package: "sharp", range: "< 2.0.0", severity: "high" },
    { id: "GHSA-bbbb-bbbb-bbbb", package: "zod", range: "< 2.0.0", severity: "high" },
  ]);
  expect(asked).toEqual([expect.stringContaining("affects=sharp%2Czod"), "https://api.github.com/next"]);
});

it("a refused request to GitHub is an error, not an empty list", async () => {
  const get = async () => new Response("", { status: 403 });
  await expect(fetchAdvisories(["sharp"], { get })).rejects.toThrow("GitHub answered 403");
});
