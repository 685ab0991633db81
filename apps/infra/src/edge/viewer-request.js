/**
 * CloudFront Function (cloudfront-js-2.0) of the behaviours for readable addresses, renditions and manifests. It runs before
 * CloudFront looks in its cache, so the address that it returns is the name of the cached copy. The stack puts the constant
 * SETTINGS before this text: `bucket`, the upload bucket's name, and `cors`, the pages that may read.
 *
 * No query parameter reaches an origin. Template literals are not used, because Terraform would read them as its own.
 */
const crypto = require("crypto");

const RENDITION = /^(\/renditions\/[a-z2-7]{26}\/[a-z2-7]{26}\/[a-z0-9-]+\.[a-z0-9]+)(\/([^/]*))?$/;
const READABLE = /^\/i\/([a-z0-9][a-z0-9-]{0,39})\/(.+)$/;
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  const request = event.request;
  if (request.method === "OPTIONS") return toPreflight(request.headers.origin);
  const download = request.querystring.download;
  request.querystring = {};
  const rendition = RENDITION.exec(request.uri);
  if (rendition) return toRendition(request, rendition, download);
  const readable = READABLE.exec(request.uri);
  if (readable) return toReadable(request, readable, download);
  if (/^\/manifests\/./.test(request.uri) && !hasDotSegment(request.uri)) return request;
  return refuse();
}

/**
 * Answers the request that a browser sends before a page's own one. These are the headers of the response headers policy,
 * which AWS does not promise for an answer of a function.
 */
function toPreflight(origin) {
  const cors = SETTINGS.cors;
  const allowed =
    cors && origin ? cors.origins.find((one) => one === "*" || one === origin.value) : undefined;
  if (!allowed) return refuse();
  const headers = {
    "access-control-allow-headers": { value: cors.headers.join(", ") },
    "access-control-allow-methods": { value: cors.methods.join(", ") },
    "access-control-allow-origin": { value: allowed },
    "access-control-max-age": { value: String(cors.maxAgeSeconds) },
    vary: { value: "Origin" },
  };
  if (cors.allowsCredentials) headers["access-control-allow-credentials"] = { value: "true" };
  return { statusCode: 204, statusDescription: "No Content", headers: headers };
}

/** Drops the readable name from the address, and keeps it for a download. */
function toRendition(request, match, download) {
  request.uri = match[1];
  if (download) request.querystring.download = { value: download.value || match[3] || "" };
  return request;
}

/**
 * Names the copy of a readable address below its image's prefix, so that one path invalidates everything of an image. The
 * resolver gets the key in a header, percent-encoded.
 */
function toReadable(request, match, download) {
  const key = decode(match[2]);
  if (key === null) return refuse();
  request.uri = "/renditions/" + toImageId(key) + "/i/" + match[1];
  const accept = request.headers.accept ? request.headers.accept.value : "";
  request.headers["x-image-key"] = { value: encodeURIComponent(key) };
  request.headers["x-image-format"] = { value: toFormat(accept) };
  if (download) request.querystring.download = { value: download.value };
  return request;
}

/** Reduces the header to three values, so that the cache holds three variants. */
function toFormat(accept) {
  if (accepts(accept, "image/avif")) return "avif";
  return accepts(accept, "image/webp") ? "webp" : "jpeg";
}

function accepts(accept, type) {
  return accept
    .toLowerCase()
    .split(",")
    .some((part) => part.split(";")[0].trim() === type && !/;\s*q=0(\.0*)?\s*$/.test(part));
}

/** Returns the image's id, as `toImageId` of packages/schema: 130 bits of SHA-256 in base32. */
function toImageId(key) {
  const hex = crypto
    .createHash("sha256")
    .update(SETTINGS.bucket + "/" + key)
    .digest("hex");
  let id = "";
  for (let bit = 0; bit < 130; bit += 5) {
    const from = Math.floor(bit / 4);
    const twelve = parseInt(hex.slice(from, from + 3), 16);
    id += BASE32[(twelve >> (7 - (bit % 4))) & 31];
  }
  return id;
}

function hasDotSegment(uri) {
  const path = decode(uri);
  return path === null || /(^|\/)\.\.?(\/|$)/.test(path);
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch (_) {
    return null;
  }
}

function refuse() {
  return {
    statusCode: 403,
    statusDescription: "Forbidden",
    headers: { "content-type": { value: "text/plain" }, "cache-control": { value: "no-store" } },
    body: { encoding: "text", data: "There is nothing to read at this address.\n" },
  };
}
