import type { IncomingMessage } from "node:http";

/**
 * Returns true if a page of this origin may send a request. A browser sends most requests of a page without asking the
 * server first, so what a page may not send is refused before it has any effect.
 */
export type AllowsOrigin = (origin: string, request: IncomingMessage) => boolean;

/** The answer to a request that a page may have caused. */
export type Verdict =
  /** @property page the origin of another site's page that may send it; undefined for a request of no other page */
  { isAllowed: true; page?: string } | { isAllowed: false; message: string };

/** `localhost`, any name below it, and loopback addresses; each may be followed by a port. */
const LOOPBACK = /^(([a-z0-9_.-]+\.)?localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Decides if a request may be answered. A page that reaches a loopback address through a name of its own (DNS rebinding)
 * sends that name as `Host`. Every other page sends its `Origin`, or `Sec-Fetch-Site` (www.w3.org/TR/fetch-metadata);
 * other programs send neither.
 *
 * @param allows undefined for a server that no browser has a reason to visit
 */
export function checkBrowser(request: IncomingMessage, allows: AllowsOrigin | undefined): Verdict {
  const { host = "", origin, referer, "sec-fetch-site": site } = request.headers;
  if (!LOOPBACK.test(host))
    return refused(
      `the local runtime answers at 127.0.0.1, localhost and *.localhost only, not at "${host}"`,
    );
  if (origin === undefined && site === undefined) return { isAllowed: true };
  if (allows === undefined) return refused("this port of the local runtime is not for browsers");
  const isOwn = origin === undefined ? site !== "cross-site" : origin === `http://${host}`;
  if (isOwn) return { isAllowed: true };
  const page = origin ?? originOf(referer);
  if (page !== undefined && allows(page, request)) return { isAllowed: true, page };
  return refused(
    `a page of ${page ?? "another site"} may not send this request: if it is yours, add its origin to uploads.allowedOrigins in pipeline.config.ts`,
  );
}

/** An image of a page is requested without `Origin`, but with the page's address as `Referer`. */
function originOf(referer: string | undefined): string | undefined {
  return referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : undefined;
}

function refused(message: string): Verdict {
  return { isAllowed: false, message };
}
