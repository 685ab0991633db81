import type { HttpCall } from "./aws-call.ts";

interface Sketch {
  service: string;
  method?: string;
  path?: string;
  target?: string;
  body?: string;
  headers?: HttpCall["headers"];
}

/** Returns a signed call, as it reaches a proxy. */
export function aCall({
  service,
  method = "POST",
  path = "/",
  target,
  body = "",
  headers,
}: Sketch): HttpCall {
  const authorization = `AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/${service}/aws4_request, Signature=0`;
  return {
    method,
    path,
    body,
    headers: { ...headers, authorization, ...(target !== undefined && { "x-amz-target": target }) },
  };
}
export const json = (service: string, target: string, input: unknown) =>
  aCall({ service, target, body: JSON.stringify(input) });
export const form = (service: string, fields: Record<string, string>) =>
  aCall({ service, body: String(new URLSearchParams(fields)) });
export const rest = (service: string, line: string, input?: unknown) => {
  const [method = "", path = ""] = line.split(" ");
  return aCall({ service, method, path, ...(input !== undefined && { body: JSON.stringify(input) }) });
};
