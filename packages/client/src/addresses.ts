export interface UrlOptions {
  /** The address before the key, such as `https://images.example.com`; with or without a slash at its end. */
  baseUrl: string;
  /** A readable name at the end of the address, such as `my-cat.avif`. Only the delivery stack understands it. */
  name?: string;
  /** Makes the browser save the file: under the readable name, or under the given one. Only the delivery stack understands it. */
  download?: boolean | string;
}

export interface AddressOptions {
  /** Put before the address (default: none, for a path on the page's own host). */
  baseUrl?: string;
  download?: boolean | string;
}

/** Returns the address of a rendition, which never changes and may be cached forever. */
export function imageUrl(rendition: { key: string }, { baseUrl, name, download }: UrlOptions): string {
  const tail = name === undefined ? "" : `/${encodeURIComponent(name)}`;
  return `${withoutSlash(baseUrl)}/${encodePath(rendition.key)}${tail}${toQuery(download)}`;
}

/**
 * Returns the readable address that answers for the newest version of an image, in the format that the browser accepts:
 * `/i/<preset>/<source key>`. The delivery stack serves it.
 *
 * @returns undefined for a key with an empty segment, `.` or `..`, which browsers would change
 */
export function addressOf(
  key: string,
  preset: string,
  { baseUrl = "", download }: AddressOptions = {},
): string | undefined {
  if (key.split("/").some((segment) => ["", ".", ".."].includes(segment))) return undefined;
  return `${withoutSlash(baseUrl)}/i/${encodeURIComponent(preset)}/${encodePath(key)}${toQuery(download)}`;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

/** Encodes each segment. A lone surrogate, which no URL can hold, becomes U+FFFD. */
function encodePath(key: string): string {
  return key
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
}

function toQuery(download: boolean | string | undefined): string {
  if (download === undefined || download === false) return "";
  return download === true ? "?download" : `?download=${encodeURIComponent(download)}`;
}
