import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { toS3Request } from "./s3-request.ts";

/** Returns the headers of an answer; if it is an object, then as `toDownload` returns them. */
export function servedHeaders(
  request: IncomingMessage,
  { status, headers }: { status: number; headers: OutgoingHttpHeaders },
): OutgoingHttpHeaders {
  const target = toS3Request(request);
  const isObject = target !== undefined && target.key !== "" && ["GET", "HEAD"].includes(target.method);
  return isObject && status < 300 ? toDownload(headers) : headers;
}

/** Types that a browser shows without running anything: pictures, sound, video, plain text and JSON. */
const SHOWN = /^(image\/(?!svg)[\w.-]+|(audio|video)\/[\w.-]+|text\/plain|application\/json)\s*(;|$)/i;

/** Returns the headers of an object so that a browser saves what it could run (HTML, SVG, XML, PDF, …), and does not open it. */
function toDownload(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const { "content-type": type = "", "content-disposition": disposition = "" } = headers;
  if (SHOWN.test(String(type)) || /^attachment\b/i.test(String(disposition))) return headers;
  const [, ...parameters] = String(disposition).split(";");
  return { ...headers, "content-disposition": ["attachment", ...parameters].join(";") };
}
