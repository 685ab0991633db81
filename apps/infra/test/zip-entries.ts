/** An entry of a zip's directory (pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12). */
export interface ZipEntry {
  name: string;
  bytes: number;
  isSymbolicLink: boolean;
}

const DIRECTORY_ENTRY = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const END_BYTES = 22;
const FILE_TYPE = 0xf000;
const SYMBOLIC_LINK = 0xa000;

/** Returns the entries of a zip's directory. */
export function zipEntries(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]), zip.length - END_BYTES);
  if (end < 0 || zip.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error("the zip has no directory");
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  while (zip.readUInt32LE(at) === DIRECTORY_ENTRY) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const name = zip.toString("utf8", at + 46, at + 46 + Number(nameBytes));
    const mode = zip.readUInt32LE(at + 38) >>> 16;
    entries.push({
      name,
      bytes: zip.readUInt32LE(at + 24),
      isSymbolicLink: (mode & FILE_TYPE) === SYMBOLIC_LINK,
    });
    at += 46 + Number(nameBytes) + Number(extraBytes) + Number(commentBytes);
  }
  return entries;
}
