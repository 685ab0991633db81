import type { HttpCall } from "./aws-call.ts";
import { type Operation, toJson } from "./operation.ts";

/** Method and path of each call (docs.aws.amazon.com/lambda/latest/api, docs.aws.amazon.com/eventbridge/latest/pipes-reference). */
const FUNCTION = "functions/:FunctionName";
const MAPPING = "event-source-mappings";
const ROUTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  lambda: {
    "POST functions": "CreateFunction",
    [`GET ${FUNCTION}`]: "GetFunction",
    [`DELETE ${FUNCTION}`]: "DeleteFunction",
    [`GET ${FUNCTION}/configuration`]: "GetFunctionConfiguration",
    [`PUT ${FUNCTION}/configuration`]: "UpdateFunctionConfiguration",
    [`PUT ${FUNCTION}/code`]: "UpdateFunctionCode",
    [`GET ${FUNCTION}/versions`]: "ListVersionsByFunction",
    [`POST ${FUNCTION}/versions`]: "PublishVersion",
    [`GET ${FUNCTION}/policy`]: "GetPolicy",
    [`POST ${FUNCTION}/policy`]: "AddPermission",
    [`DELETE ${FUNCTION}/policy/:StatementId`]: "RemovePermission",
    [`GET ${FUNCTION}/code-signing-config`]: "GetFunctionCodeSigningConfig",
    [`GET ${FUNCTION}/concurrency`]: "GetFunctionConcurrency",
    [`PUT ${FUNCTION}/concurrency`]: "PutFunctionConcurrency",
    [`DELETE ${FUNCTION}/concurrency`]: "DeleteFunctionConcurrency",
    [`GET ${FUNCTION}/event-invoke-config`]: "GetFunctionEventInvokeConfig",
    [`PUT ${FUNCTION}/event-invoke-config`]: "PutFunctionEventInvokeConfig",
    [`POST ${FUNCTION}/event-invoke-config`]: "UpdateFunctionEventInvokeConfig",
    [`DELETE ${FUNCTION}/event-invoke-config`]: "DeleteFunctionEventInvokeConfig",
    [`POST ${FUNCTION}/aliases`]: "CreateAlias",
    [`GET ${FUNCTION}/aliases/:Name`]: "GetAlias",
    [`PUT ${FUNCTION}/aliases/:Name`]: "UpdateAlias",
    [`DELETE ${FUNCTION}/aliases/:Name`]: "DeleteAlias",
    [`POST ${MAPPING}`]: "CreateEventSourceMapping",
    [`GET ${MAPPING}/:UUID`]: "GetEventSourceMapping",
    [`PUT ${MAPPING}/:UUID`]: "UpdateEventSourceMapping",
    [`DELETE ${MAPPING}/:UUID`]: "DeleteEventSourceMapping",
    "GET tags/:Resource": "ListTags",
    "POST tags/:Resource": "TagResource",
    "DELETE tags/:Resource": "UntagResource",
  },
  pipes: {
    "POST pipes/:Name": "CreatePipe",
    "GET pipes/:Name": "DescribePipe",
    "PUT pipes/:Name": "UpdatePipe",
    "DELETE pipes/:Name": "DeletePipe",
    "GET tags/:resourceArn": "ListTagsForResource",
    "POST tags/:resourceArn": "TagResource",
    "DELETE tags/:resourceArn": "UntagResource",
  },
};
/** The first part of most paths: Lambda's has the date of the API's version, that of Pipes is `v1`. */
const VERSION = /^(\d{4}-\d{2}-\d{2}|v1)$/;

/** Returns the operation of a REST call, with the names in its path as input; null for an unknown path. */
export function toRestOperation(service: "lambda" | "pipes", call: HttpCall): Operation | null {
  const { pathname, searchParams } = new URL(call.path, "http://rest");
  const parts = pathname.split("/").filter((part) => part !== "" && !VERSION.test(part));
  for (const [route, action] of Object.entries(ROUTES[service] ?? {})) {
    const [method = "", pattern = ""] = route.split(" ");
    const names = method === call.method ? matchPath(pattern, parts) : null;
    if (names === null) continue;
    const keys = searchParams.getAll("tagKeys");
    // A function's zip makes the body large, and is no part of a permission.
    return {
      service,
      action,
      input: { ...toJson(call.body), ...names, ...(keys.length > 0 && { TagKeys: keys }) },
    };
  }
  return null;
}

function matchPath(pattern: string, parts: readonly string[]): Record<string, string> | null {
  const expected = pattern.split("/");
  if (expected.length !== parts.length) return null;
  const names: Record<string, string> = {};
  for (const [index, name] of expected.entries()) {
    const part = parts[index] ?? "";
    if (name.startsWith(":")) names[name.slice(1)] = decodeURIComponent(part);
    else if (name !== part) return null;
  }
  return names;
}
