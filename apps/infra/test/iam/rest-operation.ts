import type { HttpCall } from "./aws-call.ts";
import { type Input, type Operation, toJson } from "./operation.ts";
import { type RestService, ROUTES } from "./rest-routes.ts";

/** The first part of most paths: the date of the API's version, or `v1` for Pipes. */
const VERSION = /^(\d{4}-\d{2}-\d{2}|v1)$/;
const XML = new Set<RestService>(["cloudfront", "route53"]);

export function isRestService(service: string): service is RestService {
  return Object.hasOwn(ROUTES, service);
}

/** Returns the operation of a REST call, with the names in its path and query as input; null for an unknown path. */
export function toRestOperation(service: RestService, call: HttpCall): Operation | null {
  const { pathname, searchParams } = new URL(call.path, "http://rest");
  const parts = pathname.split("/").filter((part) => part !== "" && !VERSION.test(part));
  const variant = searchParams.get("Operation");
  for (const [route, action] of Object.entries<string>(ROUTES[service])) {
    const [method = "", place = ""] = route.split(" ");
    const [pattern = "", expected = null] = place.split("?");
    const names = method === call.method && expected === variant ? matchPath(pattern, parts) : null;
    if (names === null) continue;
    const keys = searchParams.getAll("tagKeys");
    const body = XML.has(service) ? toXmlInput(call.body) : toJson(call.body);
    const named = ["Qualifier", "Resource", "Stage"].flatMap((name) => {
      const value = searchParams.get(name);
      return value === null ? [] : [[name, value]];
    });
    return {
      service,
      action,
      input: { ...body, ...names, ...Object.fromEntries(named), ...(keys.length > 0 && { TagKeys: keys }) },
    };
  }
  return null;
}

/** Returns the parts of an XML body that decide about permissions, and all of it as `Body`. */
function toXmlInput(body: string): Input {
  const pairs = [...body.matchAll(/<Tag><Key>(.*?)<\/Key><Value>(.*?)<\/Value><\/Tag>/g)];
  const [, keys = ""] = /<TagKeys[^>]*>(.*?)<\/TagKeys>/s.exec(body) ?? [];
  const [, Name] = /<Name>(.*?)<\/Name>/.exec(body) ?? [];
  return {
    Body: body,
    ...(Name !== undefined && { Name }),
    ...(pairs.length > 0 && { Tags: pairs.map(([, Key, Value]) => ({ Key, Value })) }),
    ...(keys !== "" && { TagKeys: textsOf(keys, "Key") }),
    RecordTypes: [...new Set(textsOf(body, "Type"))],
  };
}

function textsOf(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, "g"))].map(([, text = ""]) => text);
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
