import { type Limits, maxFramePixels } from "@image-pipeline/schema/config";
import { toCount, tooManyParts, tooManyPixels } from "../bounds/too-many.ts";
import { corruptImage, unsupportedKind } from "../image-rejection.ts";
import { area } from "../size.ts";
import { countDrawn, type DrawnElement, MAX_LEVELS } from "./count-drawn.ts";
import { embeddedSize } from "./embedded-picture.ts";
import { expandFonts } from "./font-shorthand.ts";
import { type Attribute, localName, XmlError, type XmlToken, xmlTokens } from "./xml-tokens.ts";

/** Drawn elements for each one of `maxParts`: a map refers from many shapes to few patterns and symbols. */
const DRAWN_FOR_EACH = 10;
/** Attributes of an element: each is compared with all others. SVG has fewer. */
const MAX_ATTRIBUTES = 256;
/** Elements that are left out with what is in them: programs, and pages inside of a picture. */
const LEFT_OUT = ["script", "foreignobject"];
/** A reference to an element in a property, such as `url(#stripes)`. */
const FUNCTION = /url\(\s*(?:["']|&quot;|&apos;)?#([^)"'&]*)/gi;
/** Elements that draw a picture. */
const PICTURES = ["image", "feimage"];

/**
 * Returns an SVG without what a renderer must not get: programs, instructions, comments, the DOCTYPE, and every reference but those to
 * its own elements and to a PNG or JPEG inside of it. What is left is counted.
 *
 * @throws {XmlError} if its tags do not match
 * @throws {ImageRejection} `UNSUPPORTED_FORMAT` for declared entities, `TOO_MANY_PARTS`, `TOO_MANY_PIXELS`
 */
export function cleanSvg(text: string, limits: Limits): string {
  const document = new CleanDocument(limits);
  for (const token of xmlTokens(text)) document.add(token);
  return document.finish();
}

type StartTag = Extract<XmlToken, { kind: "start" }>;

class CleanDocument {
  readonly #limits: Limits;
  readonly #kept: string[] = [];
  /** The elements that are not closed yet; those inside of one that is left out have no node. */
  readonly #open: { name: string; node: DrawnElement | undefined }[] = [];
  readonly #byId = new Map<string, DrawnElement>();
  #root: DrawnElement | undefined;
  #elements = 0;
  #pixels = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  add(token: XmlToken): void {
    if (token.kind === "start") this.#start(token);
    else if (token.kind === "end") this.#end(token);
    else if (token.kind === "doctype") requireNoEntities(token.source);
    else if (token.kind === "text") this.#text(token.source);
  }

  #text(text: string): void {
    const { name = "", node } = this.#open.at(-1) ?? {};
    const isStyle = localName(name) === "style";
    if (isStyle) this.#count(text.split("{").length - 1);
    if (node) this.#kept.push(isStyle ? expandFonts(text) : text);
  }

  /** Counts elements, and rules of styles, each of which the renderer compares with every element. */
  #count(more: number): void {
    this.#elements += more;
    const { maxParts } = this.#limits;
    if (this.#elements > maxParts) throw tooManyParts("elements and rules", maxParts);
  }

  /** @throws {XmlError} if an element is not closed */
  finish(): string {
    const last = this.#open.at(-1);
    if (last || !this.#root) throw new XmlError(`no </${last?.name ?? "svg"}>`);
    const { elements, levels } = countDrawn(this.#root, this.#byId);
    const accepted = DRAWN_FOR_EACH * this.#limits.maxParts;
    if (levels > MAX_LEVELS) throw tooManyParts("levels of nested elements", MAX_LEVELS);
    if (elements > accepted) throw tooManyParts("drawn elements", accepted);
    return this.#kept.join("");
  }

  #start(tag: StartTag): void {
    this.#count(1);
    if (tag.attributes.length > MAX_ATTRIBUTES)
      throw tooManyParts("attributes of an element", MAX_ATTRIBUTES);
    if (this.#open.length >= MAX_LEVELS) throw tooManyParts("levels of nested elements", MAX_LEVELS);
    const parent = this.#open.at(-1);
    if (!parent && this.#root) throw new XmlError(`<${tag.name}> after the end`);
    const isKept = (!parent || parent.node) && !LEFT_OUT.includes(localName(tag.name).toLowerCase());
    const node = isKept ? this.#keep(tag) : undefined;
    if (node) parent?.node?.children.push(node);
    this.#root ??= node;
    if (!tag.isEmpty) this.#open.push({ name: tag.name, node });
  }

  #keep(tag: StartTag): DrawnElement {
    const attributes = tag.attributes.filter((attribute) => this.#isKept(attribute, tag)).map(withLongFonts);
    this.#kept.push(toSource({ ...tag, attributes }));
    const node = { children: [], references: attributes.flatMap(referencesOf) };
    const id = attributes.find(({ name }) => name === "id")?.value;
    if (id !== undefined && !this.#byId.has(id)) this.#byId.set(id, node);
    return node;
  }

  /** Returns true for each attribute but a reference to anything outside of the document, or to what is not a picture. */
  #isKept({ name, value }: Attribute, tag: StartTag): boolean {
    if (!isReference(name) || value.trimStart().startsWith("#")) return true;
    const size = PICTURES.includes(localName(tag.name).toLowerCase()) ? embeddedSize(value) : undefined;
    if (!size) return false;
    this.#pixels += area(size);
    const accepted = maxFramePixels(this.#limits, "svg");
    if (this.#pixels > accepted)
      throw tooManyPixels(`pictures inside of it with ${toCount(this.#pixels)} pixels`, accepted);
    return true;
  }

  #end({ name }: { name: string }): void {
    const opened = this.#open.pop();
    if (opened?.name !== name) throw new XmlError(`</${name}> for <${opened?.name ?? ""}>`);
    if (opened.node) this.#kept.push(`</${name}>`);
  }
}

function requireNoEntities(doctype: string): void {
  if (/<!ENTITY/i.test(doctype)) throw unsupportedKind("An SVG whose DOCTYPE declares entities");
}

function withLongFonts({ name, value }: Attribute): Attribute {
  return { name, value: name === "style" ? expandFonts(value) : value };
}

/** Returns true for `href` of any namespace. */
function isReference(name: string): boolean {
  return /(?:^|:)href$/i.test(name);
}

/** Returns the ids in an attribute: `#id` of a reference, and each `url(#id)`, as fill, mask or filter. */
function referencesOf({ name, value }: Attribute): string[] {
  if (isReference(name)) return value.trimStart().startsWith("#") ? [value.trim().slice(1)] : [];
  return [...value.matchAll(FUNCTION)].flatMap(([, id]) => id?.trim() || []);
}

/** Returns the first tag of a cleaned document, which is all that stands before its content. */
export function rootOf(text: string): StartTag {
  const [root] = xmlTokens(text).take(1);
  if (root?.kind !== "start") throw corruptImage("svg", "has no content", "no element");
  return root;
}

/** Writes a start tag. */
export function toSource({ name, attributes, isEmpty }: Omit<StartTag, "kind" | "source">): string {
  const written = attributes.map(({ name, value }) =>
    value.includes('"') ? ` ${name}='${value}'` : ` ${name}="${value}"`,
  );
  return `<${name}${written.join("")}${isEmpty ? "/>" : ">"}`;
}
