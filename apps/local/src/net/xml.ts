// fast-xml-parser: the AWS SDK's own XML parser; a malformed body or an unusual entity is its problem, not a regular expression's.
import { XMLBuilder, XMLParser, XMLValidator } from "fast-xml-parser";

/** Elements that S3 and CloudFront repeat: always read as a list. */
const REPEATED = new Set(["Object", "Tag", "Error", "Path"]);

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  // Decimal and hexadecimal character references count as HTML entities here.
  htmlEntities: true,
  isArray: (name) => REPEATED.has(name),
});
const builder = new XMLBuilder({ ignoreAttributes: false });

/** Parses an XML document; texts stay as they are. Returns undefined if it is not well-formed. */
export function parseXml(text: string): unknown {
  if (XMLValidator.validate(text) !== true) return undefined;
  return parser.parse(text);
}

/** Writes an XML document. An attribute's name starts with `@_`. */
export function toXml(document: Readonly<Record<string, unknown>>): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(document)}`;
}
