import type { Cors, ResponseHeaders } from "../topology/distribution.ts";

/** Returns an answer's headers with those of the response headers policy. Names are lower-case. */
export function withPolicy(
  headers: Readonly<Record<string, string>>,
  policy: ResponseHeaders,
  viewer: Viewer,
): Record<string, string> {
  const out = { ...headers };
  for (const { name, value, isOverride } of policy.headers)
    if (isOverride || out[name.toLowerCase()] === undefined) out[name.toLowerCase()] = value;
  return policy.cors ? withCors(out, policy.cors, viewer) : out;
}

interface Viewer {
  method: string;
  headers: Readonly<Record<string, string>>;
}

/** Adds the headers that let a page's scripts read the answer; a request without `Origin` gets none. */
function withCors(
  headers: Record<string, string>,
  policy: Cors,
  { method, headers: { origin } }: Viewer,
): Record<string, string> {
  const { origins, exposed, allowsCredentials, isOverride } = policy;
  const isOfOrigin = (name: string) => name.startsWith("access-control-");
  const out = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !isOverride || !isOfOrigin(name)),
  );
  const isForAll = origins.includes("*");
  // A browser may not take the copy of an <img> for a script's request, as it has no CORS headers.
  if (!isForAll || origin === undefined)
    out.vary = [...(out.vary === undefined ? [] : [out.vary]), "Origin"].join(", ");
  if (origin === undefined || !(isForAll || origins.includes(origin))) return out;
  const cors = {
    "access-control-allow-origin": isForAll ? "*" : origin,
    ...(allowsCredentials && { "access-control-allow-credentials": "true" }),
    ...(exposed.length > 0 && { "access-control-expose-headers": exposed.join(", ") }),
    ...(method === "OPTIONS" && ofPreflight(policy)),
  };
  return isOverride ? { ...out, ...cors } : { ...cors, ...out };
}

function ofPreflight({ methods, headers, maxAgeSeconds }: Cors): Record<string, string> {
  return {
    "access-control-allow-methods": methods.join(", "),
    "access-control-allow-headers": headers.join(", "),
    ...(maxAgeSeconds !== null && { "access-control-max-age": String(maxAgeSeconds) }),
  };
}
