const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** The keys of a DeleteObjects request's body. */
export function keysToDelete(xml: string): string[] {
  return valuesOf(xml, "Key");
}

/** Whether a DeleteObjects request asks for a key to be deleted only under a condition, which is not done here. */
export function hasConditions(xml: string): boolean {
  return /<(ETag|LastModifiedTime|Size)>/.test(xml);
}

/** The keys that a DeleteObjects answer says were not deleted. */
export function keysNotDeleted(xml: string): string[] {
  return [...xml.matchAll(/<Error>(.*?)<\/Error>/gs)].flatMap(([, error = ""]) => valuesOf(error, "Key"));
}

function valuesOf(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, "gs"))].map(([, text = ""]) =>
    unescapeXml(text),
  );
}

function unescapeXml(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|lt|gt|quot|apos|amp);/gi, (entity, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()] ?? entity;
    return String.fromCodePoint(
      name[1] === "x" || name[1] === "X" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)),
    );
  });
}
