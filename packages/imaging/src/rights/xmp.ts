import type { Facts } from "@image-pipeline/schema/manifest";

/** The owner's claims about a picture, which a preset can keep in its renditions. */
export type Rights = Pick<Facts, "copyright" | "creator">;

/** Elements between a property and its texts: lists of three kinds, and their entries. */
const AROUND_TEXT = ["rdf:Alt", "rdf:Seq", "rdf:Bag", "rdf:li", "#text"];

/**
 * Reads the copyright and the creators from a packet of XMP. The parser is loaded for a packet that has one of them. Packets with
 * entities of their own, or that are not well-formed, have none.
 */
export async function readXmp(packet: Buffer): Promise<{ copyright: string[]; creator: string[] }> {
  const none = { copyright: [], creator: [] };
  const text = packet.toString("utf8");
  if (!/dc:(rights|creator)/.test(text) || /<!(doctype|entity)/i.test(text)) return none;
  const { XMLParser } = await import("fast-xml-parser");
  // Character references such as &#169; count as HTML entities here.
  const options = { ignoreAttributes: false, attributeNamePrefix: "", htmlEntities: true };
  const parser = new XMLParser({ ...options, parseTagValue: false, parseAttributeValue: false });
  try {
    const root: unknown = parser.parse(text);
    const rdf = childOf(childOf(root, "x:xmpmeta") ?? root, "rdf:RDF");
    const descriptions = [childOf(rdf, "rdf:Description")].flat();
    const [copyright = []] = descriptions.map((one) => textsOf(childOf(one, "dc:rights"))).filter(hasText);
    const [creator = []] = descriptions.map((one) => textsOf(childOf(one, "dc:creator"))).filter(hasText);
    // The entries of a copyright are translations of it, the default first.
    return { copyright: copyright.slice(0, 1), creator };
  } catch {
    return none;
  }
}

function hasText(texts: readonly string[]): boolean {
  return texts.length > 0;
}

function childOf(node: unknown, name: string): unknown {
  return typeof node === "object" && node !== null ? Reflect.get(node, name) : undefined;
}

function textsOf(node: unknown): string[] {
  if (typeof node === "string") return [node];
  if (Array.isArray(node)) return node.flatMap(textsOf);
  const inner = AROUND_TEXT.map((name) => childOf(node, name)).find((child) => child !== undefined);
  return inner === undefined ? [] : textsOf(inner);
}

/**
 * Returns a packet of XMP with nothing but these rights, which a rendition may have. Not EXIF: libvips writes its texts in ASCII, and
 * cuts them at a bracket. The packet is always the same for the same rights, so that the proof of privacy compares its bytes.
 */
export function toXmp({ copyright, creator }: Rights): string {
  const parts = [
    copyright &&
      `<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(copyright)}</rdf:li></rdf:Alt></dc:rights>`,
    creator && `<dc:creator><rdf:Seq><rdf:li>${escapeXml(creator)}</rdf:li></rdf:Seq></dc:creator>`,
  ];
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">${parts.join("")}</rdf:Description></rdf:RDF></x:xmpmeta>`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
