/** Returns a GIF of one frame, placed on a canvas that is larger, without a transparent colour. */
export function gifOnCanvas(
  gif: Buffer,
  {
    width,
    height,
    left,
    top,
    background = 0,
  }: { width: number; height: number; left: number; top: number; background?: number },
): Buffer {
  const table = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  const head = Buffer.from(gif.subarray(0, 13 + table(gif[10] ?? 0)));
  let at = head.length;
  while (gif[at] === 0x21) {
    at += 2;
    while (gif[at] !== 0) at += (gif[at] ?? 0) + 1;
    at++;
  }
  const image = Buffer.from(gif.subarray(at));
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  head.writeUInt8(background, 11);
  image.writeUInt16LE(left, 1);
  image.writeUInt16LE(top, 3);
  return Buffer.concat([head, image]);
}
