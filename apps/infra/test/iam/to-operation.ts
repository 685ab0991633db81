import type { HttpCall } from "./aws-call.ts";
import { toFormInput } from "./form-input.ts";
import { type Operation, toJson } from "./operation.ts";
import { isRestService, toRestOperation } from "./rest-operation.ts";
import { toS3Operation } from "./s3-operation.ts";

/** Names in signatures that differ from the prefix of the actions. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };
const QUERY = new Set(["cloudwatch", "iam", "sns", "sts"]);

/** Returns the operation of a call by the service in its signature; null if none is known. */
export function toOperation(call: HttpCall): Operation | null {
  const signed = /\/([\w-]+)\/aws4_request/.exec(call.headers.authorization ?? "")?.[1] ?? "";
  const service = PREFIXES[signed] ?? signed;
  if (service === "s3") return toS3Operation(call);
  if (isRestService(service)) return toRestOperation(service, call);
  const target = call.headers["x-amz-target"];
  if (typeof target === "string")
    return { service, action: target.split(".").at(-1) ?? "", input: toJson(call.body) };
  if (!QUERY.has(service)) return null;
  const form = new URLSearchParams(call.body);
  return { service, action: form.get("Action") ?? "", input: toFormInput(form) };
}
