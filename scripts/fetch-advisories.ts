import * as z from "zod";
import { Advisory } from "./advisories.ts";

/** GitHub's API takes this many packages, and returns this many advisories at a time (docs.github.com/rest/security-advisories). */
const NAMES = 100;
const API = "https://api.github.com/advisories";

const Page = z.array(
  z.object({
    ghsa_id: z.string(),
    severity: z.string(),
    withdrawn_at: z.string().nullable(),
    vulnerabilities: z.array(
      z.object({
        package: z.object({ ecosystem: z.string(), name: z.string() }),
        vulnerable_version_range: z.string().nullable(),
      }),
    ),
  }),
);

/**
 * Reads all advisories about npm packages from GitHub's advisory database, for any of their versions.
 *
 * @param token a token for GitHub, which allows more requests an hour; none is needed
 * @throws {Error} if GitHub refuses a request
 */
export async function fetchAdvisories(
  names: readonly string[],
  { get = fetch, token }: { get?: typeof fetch; token?: string | undefined } = {},
): Promise<Advisory[]> {
  const found = new Map<string, Advisory>();
  const wanted = new Set(names);
  for (let from = 0; from < names.length; from += NAMES) {
    const query = new URLSearchParams({
      ecosystem: "npm",
      affects: names.slice(from, from + NAMES).join(),
      per_page: "100",
    });
    for (let url: string | undefined = `${API}?${query}`; url !== undefined; ) {
      const response = await get(url, token ? { headers: { authorization: `Bearer ${token}` } } : {});
      if (!response.ok) throw new Error(`GitHub answered ${response.status} to ${url}`);
      for (const advisory of Page.parse(await response.json()).flatMap(toAdvisories))
        if (wanted.has(advisory.package)) found.set(JSON.stringify(advisory), advisory);
      url = /<([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
    }
  }
  return [...found.values()].toSorted((a, b) => toOrder(a).localeCompare(toOrder(b), "en"));
}

function toAdvisories({
  ghsa_id,
  severity,
  withdrawn_at,
  vulnerabilities,
}: z.infer<typeof Page>[number]): Advisory[] {
  if (withdrawn_at !== null) return [];
  return vulnerabilities.flatMap(({ package: { ecosystem, name }, vulnerable_version_range: range }) =>
    ecosystem === "npm" && range !== null
      ? [Advisory.parse({ id: ghsa_id, package: name, range, severity })]
      : [],
  );
}

function toOrder({ id, package: name, range }: Advisory): string {
  return `${id} ${name} ${range}`;
}
