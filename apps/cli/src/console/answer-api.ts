import type { IncomingMessage, ServerResponse } from "node:http";
import { toFault } from "../program/to-fault.ts";
import type { Answer, ApiRequest, Area, FileAnswer, UploadAnswer } from "./area.ts";
import { type Channel, sendChannel } from "./event-stream.ts";
import { readJson } from "./read-json.ts";
import { sendJson } from "./send.ts";
import type { Serving } from "./serving.ts";

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** Finds the area's function for a request of the page, and sends what it returns. */
export async function answerApi(serving: Serving, url: URL, exchange: Exchange): Promise<void> {
  const { areas, closing, parts, streams } = serving;
  const { request, response } = exchange;
  const { pathname: path, searchParams: query } = url;
  const signal = AbortSignal.any([closing, whenGone(response)]);
  const asked = { query, body: undefined, signal };
  if (request.method === "POST") return change(serving, path, { ...exchange, asked });
  if (request.method !== "GET") return sendJson(response, { problem: "unknown method" }, 405);
  if (path === "/api/live") {
    const channel = find<Channel>(areas, ({ channels }) => channels, query.get("channel") ?? "");
    if (channel) {
      const stream = sendChannel(channel, { response, signal, clock: parts.context.clock });
      streams.add(stream);
      return stream.finally(() => streams.delete(stream));
    }
  }
  const file = find<FileAnswer>(areas, ({ files }) => files, path);
  if (file) return file({ ...asked, ...exchange });
  const read = find<Answer>(areas, ({ reads }) => reads, path);
  if (read) return sendJson(response, await read(asked));
  sendJson(response, { problem: `unknown request ${path}` }, 404);
}

/** Makes a change, if the page has the right to, and writes a line about it either way. */
async function change(
  serving: Serving,
  path: string,
  { request, response, asked }: Exchange & { asked: ApiRequest },
): Promise<void> {
  const { areas, audit } = serving;
  const upload = find<UploadAnswer>(areas, ({ uploads }) => uploads, path);
  const run = find<Answer>(areas, ({ changes }) => changes, path);
  if (!upload && !run) return sendJson(response, { problem: `unknown request ${path}` }, 404);
  const body = upload ? Object.fromEntries(asked.query) : await readJson(request);
  const entry = { change: `POST ${path}`, request: body };
  const refusal = refusalOfChange(serving, request);
  if (refusal !== undefined) {
    audit.write({ ...entry, outcome: "refused", problem: refusal });
    request.resume();
    return sendJson(response, { problem: refusal }, 403);
  }
  try {
    const answer = upload ? await upload({ ...asked, request, response }) : await run?.({ ...asked, body });
    audit.write({ ...entry, outcome: "done" });
    sendJson(response, answer ?? {});
  } catch (error) {
    const problem = toFault(error).message;
    audit.write({ ...entry, outcome: "failed", problem });
    sendJson(response, { problem }, 502);
  }
}

/** A change on AWS needs the environment's name, which the user has typed. */
function refusalOfChange({ access, parts }: Serving, request: IncomingMessage): string | undefined {
  if (!access.hasCsrfToken(request)) return "the page is from an earlier run of the console: load it again";
  if (!parts.allowsWrites) return "this console is read-only: start it with --allow-writes";
  const typed = decodeURIComponent(String(request.headers["x-environment"] ?? ""));
  if (!parts.isLocal && typed !== parts.environment)
    return `type the environment's name, ${parts.environment}, to confirm the change`;
  return undefined;
}

/** Finds an area's function by the name of the request or the channel. */
function find<Function>(
  areas: readonly Area[],
  part: (area: Area) => Readonly<Record<string, Function | undefined>> | undefined,
  name: string,
): Function | undefined {
  for (const area of areas) {
    const functions = part(area) ?? {};
    if (Object.hasOwn(functions, name)) return functions[name];
  }
  return undefined;
}

function whenGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return gone.signal;
}
