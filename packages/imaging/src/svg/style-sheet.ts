/** A rule of a style sheet. */
export interface Rule {
  selectors: string[];
  properties: string;
}

/** Longer selectors and properties are left out: drawings have none. */
const MAX_CHARACTERS = 1000;
/** Selectors and properties that end where they seem to: their quotes and brackets are closed, and nothing is escaped. */
const SELECTOR = /^(?:[\w.#*:>+~ -]|[^\0-\x7f]|\[[^\]"']*(?:"[^"\]]*"|'[^'\]]*')?\]|\([\w-]*\))+$/;
const PROPERTY =
  /^(?:[^"'()[\]\\]|"[^"()[\]\\]*"|'[^'()[\]\\]*'|\((?:[^"'()[\]\\]|"[^"()[\]\\]*"|'[^'()[\]\\]*')*\))*$/;
/** A selector of names, classes and ids alone. */
const PLAIN = /^[\w.#*>+~ -]+$/;

/** Returns the rules of a style sheet, but for those within at-rules, and for what could be read in two ways. */
export function rulesOf(css: string): Rule[] {
  const parts = withoutComments(css).split(/([{}])/);
  const rules: Rule[] = [];
  let level = 0;
  for (const [at, part] of parts.entries()) {
    if (part === "{") level++;
    else if (part === "}") level = Math.max(0, level - 1);
    else if (level === 1 && parts[at - 1] === "{" && parts[at + 1] === "}") {
      const selectors = selectorsOf(parts[at - 2] ?? "");
      if (selectors.length > 0) rules.push({ selectors, properties: propertiesOf(part) });
    }
  }
  return rules;
}

/** Returns the text between comments; one that has no end goes to the end. */
function withoutComments(css: string): string {
  const [first, ...others] = css.split("/*");
  const between = others.map((text) => {
    const end = text.indexOf("*/");
    return end < 0 ? "" : text.slice(end + 2);
  });
  return [first, ...between].join(" ");
}

function selectorsOf(text: string): string[] {
  const list = text.slice(text.lastIndexOf(";") + 1);
  return list
    .split(",")
    .map((selector) => selector.trim().replaceAll(/\s+/g, " "))
    .filter((selector) => selector.length <= MAX_CHARACTERS && SELECTOR.test(selector));
}

function propertiesOf(text: string): string {
  const isWhole = (property: string) => property.length <= MAX_CHARACTERS && PROPERTY.test(property);
  return text.split(";").filter(isWhole).join(";");
}

export function toStyleSheet(rules: readonly Rule[]): string {
  return rules.map(({ selectors, properties }) => `${selectors.join(",")}{${properties}}`).join("\n");
}

/** Returns a key that each element has (`keysOf`) which a selector matches: that of one class, id or name, or of every element. */
export function keyOf(selector: string): string {
  if (!PLAIN.test(selector)) return "*";
  const last = selector.split(/[ >+~]+/).at(-1) ?? "";
  return last.split(/(?=[.#])/).at(-1) || "*";
}

/** Returns the keys of an element for the rules of style sheets. */
export function keysOf(name: string, ids: readonly string[], classes: string): string[] {
  return ["*", name, ...ids.map((id) => `#${id}`), ...classes.split(/\s+/).map((one) => `.${one}`)];
}
