import type { Cors, ResponseHeaders } from "../topology/distribution.ts";

/** Returns an answer's headers with those of the response headers policy. Names are lower-case. */
export function withPolicy(
  headers: Readonly<Record<string, string>>,
  policy: ResponseHeaders,
  origin: string | undefined,
): Record<string, string> {
  const out = { ...headers };
  for (const { name, value, isOverride } of policy.headers)
    if (isOverride || out[name.toLowerCase()] === undefined) out[name.toLowerCase()] = value;
  return policy.cors ? withCors(out, policy.cors, origin) : out;
}

/** Adds the headers that let a page's scripts read the answer; a request without `Origin` gets none. */
function withCors(
  headers: Record<string, string>,
  { origins, exposed, allowsCredentials, isOverride }: Cors,
  origin: string | undefined,
): Record<string, string> {
  const isOfOrigin = (name: string) => name.startsWith("access-control-");
  const out = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !isOverride || !isOfOrigin(name)),
  );
  const isForAll = origins.includes("*");
  if (!isForAll) out.vary = [...(out.vary === undefined ? [] : [out.vary]), "Origin"].join(", ");
  if (origin === undefined || !(isForAll || origins.includes(origin))) return out;
  const cors = {
    "access-control-allow-origin": isForAll ? "*" : origin,
    ...(allowsCredentials && { "access-control-allow-credentials": "true" }),
    ...(exposed.length > 0 && { "access-control-expose-headers": exposed.join(", ") }),
  };
  return isOverride ? { ...out, ...cors } : { ...cors, ...out };
}
