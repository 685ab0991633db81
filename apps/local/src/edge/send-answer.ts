import type { IncomingMessage, ServerResponse } from "node:http";
import type { OriginAnswer } from "./edge-cache.ts";

/** Sends an answer, or the part of it that the viewer asks for (`Range`), or that it has not changed (`If-None-Match`). */
export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: OriginAnswer): void {
  const { status, headers, body } = narrowed(request, answer);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (status === 304) response.removeHeader("content-length");
  else response.setHeader("content-length", body.length);
  response.writeHead(status);
  response.end(request.method === "HEAD" || status === 304 ? undefined : body);
}

function narrowed({ headers: asked }: IncomingMessage, answer: OriginAnswer): OriginAnswer {
  const { status, headers, body } = answer;
  if (status !== 200) return answer;
  const { etag } = headers;
  const known = asked["if-none-match"]?.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (known && (known.includes("*") || (etag !== undefined && known.includes(etag.replace(/^W\//, "")))))
    return { ...answer, status: 304 };
  const range = toRange(asked.range, body.length);
  if (range === undefined) return { ...answer, headers: { ...headers, "accept-ranges": "bytes" } };
  if (range === "unsatisfiable")
    return { status: 416, headers: { "content-range": `bytes */${body.length}` }, body: Buffer.alloc(0) };
  const { start, end } = range;
  return {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${start}-${end}/${body.length}` },
    body: body.subarray(start, end + 1),
  };
}

/** Parses one range; several at once are answered with everything, as the standard allows. */
function toRange(header: string | undefined, length: number) {
  const [matched, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (matched === undefined || (first === "" && last === "")) return undefined;
  const start = first === "" ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? length - 1 : Math.min(Number(last), length - 1);
  return start >= length || start > end ? "unsatisfiable" : { start, end };
}
