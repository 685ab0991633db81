import type { IncomingMessage } from "node:http";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";

/** Enough for the ids of a few thousand messages. */
const MAX_BYTES = 1024 * 1024;

/** Reads the JSON of a change; undefined for an empty body. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!String(request.headers["content-type"]).startsWith("application/json"))
    throw new UserFault("a change must be sent as application/json", USAGE);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new UserFault(`a request is larger than ${MAX_BYTES} bytes`, USAGE);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}
