import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export interface SignedCall {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
}

const AUTHORIZATION =
  /^(AWS4-HMAC-SHA256) Credential=\w+\/((\d+)\/([\w-]+)\/(\w+)\/aws4_request), SignedHeaders=([\w;-]+), Signature=\w+$/;

/**
 * Returns the headers of a call with the signature that moto expects: moto decodes `%2F` in a query before it checks the
 * signature, so it would refuse every listing below a prefix. The rest of the signature is unchanged
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export function signedForMoto(call: SignedCall, secretAccessKey: string): IncomingHttpHeaders {
  const { headers } = call;
  const [, algorithm, scope = "", date = "", region = "", service = "", names = ""] =
    AUTHORIZATION.exec(headers.authorization ?? "") ?? [];
  if (algorithm === undefined || !call.path.includes("%2F")) return headers;
  const request = sha256(canonicalRequest(call, names));
  const text = [algorithm, headers["x-amz-date"], scope, request].join("\n");
  const key = [date, region, service, "aws4_request"].reduce<Buffer | string>(hmac, `AWS4${secretAccessKey}`);
  const signature = hmac(key, text).toString("hex");
  const authorization = headers.authorization?.replace(/Signature=\w+$/, `Signature=${signature}`);
  return { ...headers, ...(authorization !== undefined && { authorization }) };
}

function canonicalRequest({ method, path, headers }: SignedCall, names: string): string {
  const [resource = "", query = ""] = path.split("?");
  const values = names.split(";").map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const sorted = query.replaceAll("%2F", "/").split("&").sort().join("&");
  return [method, resource, sorted, values.join(""), names, headers["x-amz-content-sha256"]].join("\n");
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
