import { withCharacters } from "./character-references.ts";

/** One part of an XML document (XML 1.0), as it is written. */
export type XmlToken =
  | { kind: "text" | "comment" | "instruction" | "doctype"; source: string }
  | { kind: "end"; name: string; source: string }
  | { kind: "start"; name: string; attributes: readonly Attribute[]; isEmpty: boolean; source: string };

/** An attribute; its value has the characters that it refers to. */
export interface Attribute {
  name: string;
  value: string;
}

/** A document whose tags cannot be told apart. */
export class XmlError extends Error {
  override readonly name = "XmlError";
}

const NAME = /[^\s"'<>/=]+/y;
const SPACE = /\s*/y;

/**
 * Splits a document into its tags and what is between them, in one pass. A CDATA section is a text.
 *
 * @throws {XmlError} if a part has no end
 */
export function* xmlTokens(text: string): Generator<XmlToken> {
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    yield token;
    at += token.source.length;
  }
}

function tokenAt(text: string, at: number): XmlToken {
  const through = (end: string) => sourceThrough(text, at, end);
  if (text[at] !== "<") {
    const next = text.indexOf("<", at);
    return { kind: "text", source: text.slice(at, next < 0 ? text.length : next) };
  }
  if (text.startsWith("<!--", at)) return { kind: "comment", source: through("-->") };
  if (text.startsWith("<![CDATA[", at)) return { kind: "text", source: through("]]>") };
  if (text.startsWith("<?", at)) return { kind: "instruction", source: through("?>") };
  if (text.startsWith("<!", at)) return { kind: "doctype", source: doctypeSource(text, at) };
  if (text[at + 1] === "/") {
    const source = through(">");
    return { kind: "end", name: source.slice(2, -1).trim(), source };
  }
  return startTag(text, at);
}

function sourceThrough(text: string, at: number, end: string): string {
  const found = text.indexOf(end, at);
  if (found < 0) throw new XmlError(`no ${end} after character ${at}`);
  return text.slice(at, found + end.length);
}

/** A DOCTYPE ends at its first `>`, or after the `]` of the declarations in it. */
function doctypeSource(text: string, at: number): string {
  const plain = sourceThrough(text, at, ">");
  if (!plain.includes("[")) return plain;
  const subset = sourceThrough(text, at, "]");
  return subset + sourceThrough(text, at + subset.length, ">");
}

function startTag(text: string, from: number): XmlToken {
  const name = match(NAME, text, from + 1);
  if (name === "") throw new XmlError(`no name at character ${from}`);
  const attributes: Attribute[] = [];
  let at = from + 1 + name.length;
  for (;;) {
    at += match(SPACE, text, at).length;
    const end = text[at] === ">" ? ">" : text.startsWith("/>", at) ? "/>" : undefined;
    if (end) {
      const source = text.slice(from, at + end.length);
      return { kind: "start", name, attributes, isEmpty: end === "/>", source };
    }
    const found = attributeAt(text, at);
    attributes.push({ name: found.name, value: found.value });
    at = found.end;
  }
}

function attributeAt(text: string, at: number): Attribute & { end: number } {
  const name = match(NAME, text, at);
  let next = at + name.length;
  next += match(SPACE, text, next).length;
  const start = next + 1 + match(SPACE, text, next + 1).length;
  const quote = text.charAt(start);
  const end = text.indexOf(quote, start + 1);
  if (name === "" || text[next] !== "=" || !/["']/.test(quote) || end < 0)
    throw new XmlError(`no attribute at character ${at}`);
  return { name, value: withCharacters(text.slice(start + 1, end)), end: end + 1 };
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/** Returns a name without its namespace's prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
