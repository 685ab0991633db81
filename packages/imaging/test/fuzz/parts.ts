/** A part of a file's container: a segment of a JPEG, a chunk of a PNG or WebP, a block of a GIF, a box of an AVIF. */
export interface Part {
  at: number;
  end: number;
}

/** Boxes that contain boxes, and the bytes before those. */
const OUTER_BOXES: Record<string, number> = { meta: 4, iprp: 0, ipco: 0, iref: 4, iinf: 6 };

/** Finds the parts of a file, damaged or not; none for a TIFF, whose directories are damaged as numbers. */
export function partsOf(file: Buffer): Part[] {
  const head = file.toString("latin1", 0, 12);
  if (head.startsWith("\xff\xd8")) return markersOf(file);
  if (head.startsWith("\x89PNG")) return chain(file, 8, (at) => 12 + file.readUInt32BE(at));
  if (head.startsWith("RIFF"))
    return chain(file, 12, (at) => 8 + 2 * Math.ceil(file.readUInt32LE(at + 4) / 2));
  if (head.startsWith("GIF")) return markersOf(file, [0x21, 0x2c]);
  return head.slice(4, 8) === "ftyp" ? boxesOf(file, 0, file.length) : [];
}

/** Finds the parts that each begin with their length. */
function chain(file: Buffer, start: number, lengthAt: (at: number) => number, limit = file.length): Part[] {
  const parts: Part[] = [];
  for (let at = start; at + 8 <= limit; ) {
    const end = Math.min(limit, at + Math.max(8, lengthAt(at)));
    parts.push({ at, end });
    at = end;
  }
  return parts;
}

function boxesOf(file: Buffer, start: number, limit: number): Part[] {
  return chain(file, start, (at) => file.readUInt32BE(at) || limit - at, limit).flatMap((part) => {
    const before = OUTER_BOXES[file.toString("latin1", part.at + 4, part.at + 8)];
    return before === undefined ? [part] : [part, ...boxesOf(file, part.at + 8 + before, part.end)];
  });
}

/** Finds the parts that begin with a marker: FF and a byte above BF, or one of these bytes. */
function markersOf(file: Buffer, bytes?: readonly number[]): Part[] {
  const starts = [...file.keys()].filter((at) =>
    bytes
      ? at > 12 && bytes.includes(file[at] ?? 0)
      : at > 1 && file[at] === 0xff && (file[at + 1] ?? 0) >= 0xc0 && file[at + 1] !== 0xff,
  );
  return starts.map((at, index) => ({ at, end: starts[index + 1] ?? file.length }));
}
