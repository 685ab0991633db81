import type { IncomingMessage, ServerResponse } from "node:http";

/** Nothing but the console's own files: no inline script, no other host, no frame around it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

export function setSafeHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
}

/**
 * Decides if a request comes from the console's own page, or from no page at all. A page that reaches this port through its
 * own name (DNS rebinding) sends that name as `Host`; a page of another site sends its `Origin` or `Sec-Fetch-Site`.
 *
 * @param port that the console listens on
 * @returns the reason of a refusal
 */
export function refusalOf({ headers }: IncomingMessage, port: number): string | undefined {
  const { host = "", origin, "sec-fetch-site": site, "sec-fetch-mode": mode } = headers;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(host)) return `the console answers at ${hosts.join(" and ")} only, not at "${host}"`;
  if (origin !== undefined && origin !== `http://${host}`)
    return "another site's page may not use the console";
  const isLink = mode === "navigate";
  if (site !== undefined && !["same-origin", "none"].includes(site) && !isLink)
    return "another site's page may not use the console";
  return undefined;
}
