/** The type that S3 stores for an object whose client sends none. */
const DEFAULT_TYPE = "binary/octet-stream";
const ENCODED = "application/x-encoded-type; value=";

/** A media type that the local services take for any body, with parameters or without. */
const PLAIN = /^[\w.+-]+\/[\w.+-]+(;[\x20-\x7e]*)?$/;
/** Media types that the local services parse for SNS and SQS, so that an object sent with one of them would fail. */
const PARSED = /^application\/(x-www-form-urlencoded|x-amz-json-1\.0)\b/i;

/**
 * Returns the content type under which the local services take and keep an object. S3 stores any text, the services
 * only well-formed media types: any other text is kept encoded.
 */
export function toStoredType(type: string | undefined): string {
  if (!type) return DEFAULT_TYPE;
  if (PLAIN.test(type) && !PARSED.test(type) && !type.startsWith(ENCODED)) return type;
  return ENCODED + Buffer.from(type).toString("base64url");
}

/** Returns the content type as the client sent it. */
export function toClientType(type: string): string {
  return type.startsWith(ENCODED) ? Buffer.from(type.slice(ENCODED.length), "base64url").toString() : type;
}
