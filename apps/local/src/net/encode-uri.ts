/** Percent-encodes all but unreserved characters (RFC 3986, section 2.3), as AWS does in keys and signatures. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
