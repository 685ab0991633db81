import type { Resolution } from "./resolve.ts";

/** An answer in the form of Lambda's function URLs. */
export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** The time in seconds in which the edge serves the old answer while it asks for a new one. */
const REFRESH_SECONDS = 600;

interface ErrorAnswer {
  statusCode: number;
  /** A missing image may be ready in a moment. */
  maxAgeSeconds: number;
  text: string;
}

const ERRORS: Readonly<Record<Exclude<Resolution["status"], "found" | "placeholder">, ErrorAnswer>> = {
  missing: {
    statusCode: 404,
    maxAgeSeconds: 2,
    text: "There is no such image or preset, or it is not ready yet.",
  },
  rejected: { statusCode: 404, maxAgeSeconds: 2, text: "The upload was rejected." },
  deleted: { statusCode: 410, maxAgeSeconds: 60, text: "The image was deleted." },
  quarantined: { statusCode: 403, maxAgeSeconds: 60, text: "The image is not available." },
};

/** Returns the HTTP answer with its caching: a redirect is valid for a minute, whatever happens to the image. */
export function toHttpAnswer(resolution: Resolution): HttpAnswer {
  switch (resolution.status) {
    case "found":
      return redirect(resolution.location, `public, max-age=60, stale-while-revalidate=${REFRESH_SECONDS}`);
    case "placeholder":
      return redirect(resolution.location, "public, max-age=60");
    default:
      return toError(resolution.status);
  }
}

function redirect(location: string, cacheControl: string): HttpAnswer {
  const headers = { location, "cache-control": cacheControl, vary: "Accept" };
  return { statusCode: 302, headers, body: "" };
}

function toError(status: keyof typeof ERRORS): HttpAnswer {
  const { statusCode, maxAgeSeconds, text } = ERRORS[status];
  return {
    statusCode,
    headers: {
      "content-type": "text/plain",
      "cache-control": `public, max-age=${maxAgeSeconds}`,
      "x-image-status": status,
    },
    body: `${text}\n`,
  };
}
