/** Returns an SVG with this content (default: 64 x 48 pixels). */
export function svgFile(content: string, attributes = 'width="64" height="48"'): Buffer {
  const names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  return Buffer.from(`<svg ${names} ${attributes}>${content}</svg>`);
}
