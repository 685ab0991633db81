import { type Limits, maxFramePixels } from "@image-pipeline/schema/config";
import { toCount, tooManyParts, tooManyPixels } from "../bounds/too-many.ts";
import { corruptImage, unsupportedKind } from "../image-rejection.ts";
import { area } from "../size.ts";
import { withCharacters, withReferences } from "./character-references.ts";
import { countDrawn, type DrawnElement, MAX_LEVELS } from "./count-drawn.ts";
import { embeddedSize } from "./embedded-picture.ts";
import { expandFonts } from "./font-shorthand.ts";
import { keyOf, keysOf, rulesOf, toStyleSheet } from "./style-sheet.ts";
import { type Attribute, localName, XmlError, type XmlToken, xmlTokens } from "./xml-tokens.ts";

/** Drawn elements for each one of `maxParts`: a map refers from many shapes to few patterns and symbols. */
const DRAWN_FOR_EACH = 10;
/** Attributes of an element: each is compared with all others. SVG has fewer. */
const MAX_ATTRIBUTES = 256;
/** Elements that are left out with what is in them: programs, and pages inside of a picture. */
const LEFT_OUT = ["script", "foreignobject"];
/** A reference to an element in a property, such as `url(#stripes)`. */
const FUNCTION = /url\([\s"']*#([^\s"')]*)/gi;
/** Characters of ids that no such reference has, or that end it: these ids are left out. */
const NO_ID = /[\s"'()]/;
/** Elements whose `href` draws nothing: links, which may lead to a part around them, and animations. */
const NOT_DRAWING = /^(?:a|animate.*|set|mpath)$/;
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
  /** What each reference draws: `url(#id)` all elements with the id, and a key of a rule what its properties refer to. */
  readonly #drawnBy = new Map<string, DrawnElement>();
  /** The text of the style sheet that is open. */
  #style = "";
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
    if (localName(name) === "style") this.#style += charactersOf(text);
    else if (node) this.#kept.push(text);
  }

  /** Keeps the rules of a style sheet, as they were understood here, so that the renderer understands the same. */
  #keepStyle(css: string): void {
    const rules = rulesOf(css);
    for (const { selectors, properties } of rules) {
      this.#count(selectors.length);
      const drawn = { children: [], references: referencesIn(properties) };
      if (drawn.references.length > 0)
        for (const selector of selectors) this.#addDrawn(keyOf(selector), drawn);
    }
    this.#kept.push(withReferences(expandFonts(toStyleSheet(rules))));
  }

  #addDrawn(reference: string, node: DrawnElement): void {
    const drawn = this.#drawnBy.get(reference);
    if (drawn) drawn.children.push(node);
    else this.#drawnBy.set(reference, { children: [node], references: [] });
  }

  /** Counts elements, and selectors of rules, each of which the renderer compares with every element. */
  #count(more: number): void {
    this.#elements += more;
    const { maxParts } = this.#limits;
    if (this.#elements > maxParts) throw tooManyParts("elements and rules", maxParts);
  }

  /** @throws {XmlError} if an element is not closed */
  finish(): string {
    const last = this.#open.at(-1);
    if (last || !this.#root) throw new XmlError(`no </${last?.name ?? "svg"}>`);
    const accepted = DRAWN_FOR_EACH * this.#limits.maxParts;
    const { elements, levels } = countDrawn(this.#root, this.#drawnBy, accepted);
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
    const valuesOf = (name: string) =>
      attributes.filter((attribute) => localName(attribute.name) === name).map(({ value }) => value);
    const ids = valuesOf("id");
    const keys = keysOf(localName(tag.name), ids, valuesOf("class").join(" "));
    const drawing = attributes.filter(
      ({ name }) => !isReference(name) || !NOT_DRAWING.test(localName(tag.name)),
    );
    const node = { children: [], references: [...drawing.flatMap(referencesOf), ...keys] };
    for (const id of ids) this.#addDrawn(toUrl(id), node);
    return node;
  }

  /** Returns true for each attribute but a reference to anything outside of the document, or to what is not a picture; and odd ids. */
  #isKept({ name, value }: Attribute, tag: StartTag): boolean {
    if (localName(name) === "id") return !NO_ID.test(value);
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
    if (localName(name) === "style") {
      if (opened.node) this.#keepStyle(this.#style);
      this.#style = "";
    }
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

/** Returns the references of an attribute to elements: `#id`, and each `url(#id)`, as fill, mask or filter. */
function referencesOf({ name, value }: Attribute): string[] {
  if (!isReference(name)) return referencesIn(value);
  const [reference = ""] = value.trim().split(/\s/);
  return reference.startsWith("#") ? [toUrl(reference.slice(1))] : [];
}

function referencesIn(properties: string): string[] {
  return [...properties.matchAll(FUNCTION)].map(([, id = ""]) => toUrl(id));
}

function toUrl(id: string): string {
  return `url(#${id})`;
}

/** Returns the characters of a text or a CDATA section. */
function charactersOf(source: string): string {
  const [start, end] = ["<![CDATA[", "]]>"];
  return source.startsWith(start) ? source.slice(start.length, -end.length) : withCharacters(source);
}

/** Returns the first tag of a cleaned document, which is all that stands before its content. */
export function rootOf(text: string): StartTag {
  const [root] = xmlTokens(text).take(1);
  if (root?.kind !== "start") throw corruptImage("svg", "has no content", "no element");
  return root;
}

/** Writes a start tag. */
export function toSource({ name, attributes, isEmpty }: Omit<StartTag, "kind" | "source">): string {
  const written = attributes.map((attribute) => ` ${attribute.name}="${withReferences(attribute.value)}"`);
  return `<${name}${written.join("")}${isEmpty ? "/>" : ">"}`;
}
