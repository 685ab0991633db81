import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** The secrets of one console: the token of its first address, and what follows from it. */
export interface Access {
  /** Part of the first address, which the terminal shows. */
  token: string;
  /** The cookie that the first address is exchanged for. */
  cookie: string;
  /** Sent back by the page with every change. */
  csrfToken: string;
  isToken(text: string | null): boolean;
  hasCookie(request: IncomingMessage): boolean;
  hasCsrfToken(request: IncomingMessage): boolean;
}

const TOKEN_BYTES = 32;

/**
 * @param port of the console: cookies of a host belong to all its ports, so that each console needs a name of its own
 * @param token of an earlier run, whose pages then stay signed in
 */
export function consoleAccess(port: number, token = newToken()): Access {
  const name = `console-${port}`;
  const session = derived(token, "cookie");
  const csrfToken = derived(token, "csrf");
  return {
    token,
    cookie: `${name}=${session}; Path=/; HttpOnly; SameSite=Strict`,
    csrfToken,
    isToken: (text) => isSame(text, token),
    hasCookie: ({ headers }) => isSame(cookieOf(headers.cookie, name), session),
    hasCsrfToken: ({ headers }) => isSame(String(headers["x-csrf-token"] ?? ""), csrfToken),
  };
}

export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** A value that does not tell the token that it comes from. */
function derived(token: string, purpose: string): string {
  return createHmac("sha256", token).update(purpose).digest("base64url");
}

function isSame(text: string | null | undefined, secret: string): boolean {
  const [given, expected] = [Buffer.from(text ?? ""), Buffer.from(secret)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function cookieOf(header = "", name: string): string | undefined {
  const pairs = header.split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
