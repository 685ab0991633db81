const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** What the first bytes of an application segment say it is. */
const APPLICATION_NAMES: readonly (readonly [marker: number, begins: string, name: string])[] = [
  [0xe0, "JFIF\0", "JFIF"],
  [0xe2, "ICC_PROFILE\0", "ICC"],
  [0xee, "Adobe", "Adobe"],
];

/** Names the segments of a JPEG in their order (ITU-T T.81, annex B); `cut short` where the file ends before its end. */
export function* jpegParts(file: Buffer): Generator<string> {
  let at = 2;
  while (at + 4 <= file.length) {
    if (file[at] !== 0xff) return yield "stray bytes";
    const marker = file.readUInt8(at + 1);
    const next = at + 2 + file.readUInt16BE(at + 2);
    yield nameOf(marker, file.subarray(at + 4, next));
    at = marker === START_OF_SCAN ? endOfScan(file, next) : next;
    if (file[at + 1] === END_OF_IMAGE) return at + 2 === file.length ? undefined : yield "trailing bytes";
  }
  yield "cut short";
}

function nameOf(marker: number, body: Buffer): string {
  const application = APPLICATION_NAMES.find(
    ([of, begins]) => of === marker && body.toString("latin1", 0, begins.length) === begins,
  );
  return application?.[2] ?? `marker ${marker.toString(16)}`;
}

/** The next marker after compressed data, in which FF stands before 00 or a restart marker only. */
function endOfScan(file: Buffer, start: number): number {
  for (let at = file.indexOf(0xff, start); at !== -1; at = file.indexOf(0xff, at + 1)) {
    const after = file[at + 1] ?? 0;
    if (after !== 0 && (after < 0xd0 || after > 0xd7)) return at;
  }
  return file.length;
}
