import { type IncomingMessage, request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { checkedLookup, isLoopback, isPublic, type Resolve, requireAllowedHost } from "./allowed-address.ts";

/** The receiver's answer, with the beginning of its body. */
export interface Answer {
  status: number;
  /** From the header `Retry-After`; undefined without a valid one. */
  retryAfterSeconds: number | undefined;
  text: string;
}

export interface PostOptions {
  url: URL;
  /** True for the local runtime only: it may also send to this machine, over HTTP. */
  allowsLoopback: boolean;
  timeoutMilliseconds: number;
  resolve?: Resolve;
}

/** Longest part of an answer's body that is read. */
const MAX_TEXT_BYTES = 200;

/**
 * Sends one POST to a public address over HTTPS. A redirect is an answer like any other: it is not followed, since it could lead
 * to a private address, and would lose the body.
 *
 * @throws {AddressRefused} for an address that is not public
 * @throws the network's error, or a `TimeoutError`
 */
export async function post(
  body: string,
  headers: Readonly<Record<string, string>>,
  { url, allowsLoopback, timeoutMilliseconds, resolve }: PostOptions,
): Promise<Answer> {
  const isSecure = url.protocol === "https:";
  const isAllowed = (address: string) =>
    (isSecure && isPublic(address)) || (allowsLoopback && isLoopback(address));
  requireAllowedHost(url, isAllowed);
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  const response = await new Promise<IncomingMessage>((answered, failed) => {
    const request = (isSecure ? overHttps : overHttp)(url, {
      method: "POST",
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      // A connection of its own, so that each delivery checks its address.
      agent: false,
      lookup: checkedLookup(isAllowed, resolve),
      signal,
    });
    request
      .once("response", answered)
      .once("error", (error) => failed(signal.aborted ? signal.reason : error));
    request.end(body);
  });
  const status = response.statusCode ?? 0;
  const text = await beginningOf(response);
  return { status, retryAfterSeconds: toSeconds(response.headers["retry-after"]), text };
}

/** Returns the first bytes of a body, and closes the connection whatever else follows. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_TEXT_BYTES) break;
    }
  } catch {
    // The status is known, and decides alone.
  }
  response.destroy();
  return Buffer.concat(chunks).subarray(0, MAX_TEXT_BYTES).toString();
}

/** Returns the seconds that a receiver asks to wait: a number, or until a date. */
function toSeconds(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.ceil(seconds));
}
