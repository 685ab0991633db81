import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { toFault } from "../program/to-fault.ts";
import type { Access } from "./access.ts";
import { answerApi } from "./answer-api.ts";
import { sendPage } from "./page-files.ts";
import { refusalOf, setSafeHeaders } from "./safety.ts";
import { sendJson, sendText } from "./send.ts";
import type { Serving } from "./serving.ts";

const SIGN_IN = `This console is open only for the user who started it.

Open the address that the terminal shows: it has ?token= in it. The token is asked for once in each browser.
`;

export function requestListener(serving: Serving): RequestListener {
  return (request, response) => {
    setSafeHeaders(response);
    answer(serving, request, response).catch((error) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, { problem: toFault(error).message }, 502);
    });
  };
}

async function answer(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { access, port, folder } = serving;
  const refusal = refusalOf(request, port);
  if (refusal !== undefined) return sendText(response, `${refusal}\n`, 403);
  const url = new URL(request.url ?? "/", `http://127.0.0.1:${port}`);
  if (request.method === "GET" && access.isToken(url.searchParams.get("token")))
    return signIn(access, url, response);
  if (!access.hasCookie(request)) return sendText(response, SIGN_IN, 401);
  if (url.pathname.startsWith("/api/")) return answerApi(serving, url, { request, response });
  return sendPage(folder, url.pathname, response);
}

/** Exchanges the token for the cookie, and removes it from the address. */
function signIn({ cookie }: Access, url: URL, response: ServerResponse): void {
  url.searchParams.delete("token");
  response.writeHead(303, { "set-cookie": cookie, location: `${url.pathname}${url.search}` }).end();
}
