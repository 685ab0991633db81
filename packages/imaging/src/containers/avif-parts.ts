/** Boxes that hold further boxes, and the bytes before those: version and flags, or version, flags and a count. */
const CONTAINERS: Record<string, number> = { meta: 4, iinf: 6, iprp: 0, ipco: 0 };

/** Names the boxes of an AVIF in their order, nested ones by their path (ISO/IEC 14496-12, 23008-12). */
export function* avifParts(file: Buffer): Generator<string> {
  yield* boxesOf(file, "");
}

function* boxesOf(file: Buffer, path: string): Generator<string> {
  let at = 0;
  while (at + 8 <= file.length) {
    const length = file.readUInt32BE(at) || file.length - at;
    const name = path + file.toString("latin1", at + 4, at + 8);
    const body = file.subarray(at + 8, at + length);
    yield name + detailOf(name, body);
    const before = CONTAINERS[name.slice(path.length)];
    if (before !== undefined) yield* boxesOf(body.subarray(before), `${name}/`);
    if (length < 8) return yield "stray bytes";
    at += length;
  }
  if (at !== file.length) yield "cut short";
}

/** What an item is, and what kind a colour description is: those two tell metadata from picture. */
function detailOf(name: string, body: Buffer): string {
  if (name.endsWith("/infe")) return ` ${body.toString("latin1", 8, 12)}`;
  if (name.endsWith("/colr")) return ` ${body.toString("latin1", 0, 4)}`;
  return "";
}
