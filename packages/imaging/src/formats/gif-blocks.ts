const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const APPLICATION = 0xff;

/**
 * Yields the blocks of a GIF in their order, with the offset of each (GIF89a specification); then `cut short` if the file ends
 * inside one, `no trailer` if it ends between two, `stray bytes` where neither a block nor the end is, `trailing bytes` if bytes
 * follow its end.
 */
export function* gifBlocks(file: Buffer): Generator<{ name: string; at: number }> {
  let at = 13 + tableBytes(file[10] ?? 0);
  while (at < file.length && file[at] !== TRAILER) {
    const kind = file[at];
    if (kind !== EXTENSION && kind !== IMAGE) return yield { name: "stray bytes", at };
    yield { name: kind === IMAGE ? "image" : extensionName(file, at), at };
    at = endOfBlocks(file, kind === IMAGE ? at + 11 + tableBytes(file[at + 9] ?? 0) : at + 2);
  }
  if (at > file.length) yield { name: "cut short", at: file.length };
  else if (at === file.length) yield { name: "no trailer", at };
  else if (at + 1 < file.length) yield { name: "trailing bytes", at: at + 1 };
}

function extensionName(file: Buffer, at: number): string {
  const label = file[at + 1] ?? 0;
  return label === APPLICATION ? file.toString("latin1", at + 3, at + 14) : `extension ${label.toString(16)}`;
}

/** Returns the bytes of a colour table, as a flags byte declares it. */
export function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

/** Returns the offset of the first byte after a chain of sub-blocks, or one past the end if the chain is truncated. */
function endOfBlocks(file: Buffer, start: number): number {
  let at = start;
  while (at < file.length) {
    const length = file[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return file.length + 1;
}
