import { allowedDistance, type Compared, EXCEPTIONS, shareThatAgrees } from "./comparison.ts";

const TABLE_HEADER =
  "| Files | Number | Agree | Largest mean distance | Largest distance of 99 % of the samples |";

const INTRODUCTION = `# Colours as a browser shows them

<!-- generated from packages/imaging/test/browser by \`npm run generate\`, where Chromium is installed -->

A rendition should have the colours that a browser shows for its source. The engine applies, in this order:

| Source | Colours |
| --- | --- |
| any | the embedded ICC profile; grey and CMYK profiles too |
| PNG | \`cICP\`, or else the ICC profile, or else \`sRGB\`, or else \`gAMA\` with \`cHRM\`; \`gAMA\` of 1/2.2 alone, and \`cHRM\` alone, mean sRGB |
| AVIF, HEIC | the ICC profile, or else the primaries and the transfer function of \`nclx\` |
| PQ, HLG | mapped to the range of sRGB, see below; \`hdr: true\` in the facts |
| JPEG, AVIF or HEIC with a gain map | the standard picture; \`hasGainMap: true\` in the facts |
| anything else | sRGB |

Renditions are in sRGB, or in Display P3 with \`colourSpace: "p3"\`. Pictures in high dynamic range are always in sRGB.

## High dynamic range

Pixels in PQ or HLG are mapped by the curve of ITU-R BT.2390, section 5.4, applied to the brightest channel, so that hues stay. White of
sRGB is 406 candelas per square metre, twice the diffuse white of BT.2408, for a picture with a peak of 1,000 or more, and less for a lower
peak, down to diffuse white itself. The peak is the one that the file declares (\`cLLI\`, \`clli\`), or 1,000. HLG is shown as on a display of 1,000
(BT.2100). Chromium places white in the same way: up to diffuse white the two differ by 3 levels of 255 at most, in highlights
by 21 (\`packages/imaging/test/hdr.test.ts\`).

## Transparency

- Colours that an AVIF or a TIFF stores multiplied by alpha are divided by it before anything is reduced, so that edges stay bright.
- A channel of a TIFF that is called unspecified (ExtraSamples 0) is no alpha: the picture is opaque.
- The parts of a GIF's canvas without a frame are transparent, unless its first frame has pixels of all 256 colours.
- JPEG has no transparency: the preset's \`background\` is behind the picture. The default \`"auto"\` is white, as pages are, and dark grey for
  a picture whose visible pixels are all nearly white. It is the default since a fixed white differs from it only where
  the file would be blank.
- TIFFs of floating-point numbers, of numbers with a sign, of 32 bits a channel, and CIELAB of 8 bits are rejected as \`UNSUPPORTED_FORMAT\`.

## Graphics

Screenshots, logos and drawings are told from photographs by their few colours, their flat areas and their sharp edges, from the decoded pixels
in about a millisecond (\`isGraphic\` in the facts); an SVG always is one. With \`chromaSubsampling: "auto"\`, the default of JPEG and AVIF, they keep their colours in full
resolution, up to renditions of 7 megapixels. WebP has only half of it; \`smartSubsample: "auto"\` reduces the colours of graphics so that edges suffer less.

## SVG

An SVG (off by default, see [security.md](security.md#svg)) is drawn once, at the size of its largest rendition, and its declared size does
not matter for that: an icon of 24 pixels is sharp at 2,048. Nothing is behind it, as behind a PNG with transparency. Its size in the facts is the
one that CSS gives to an \`img\`: \`width\` and \`height\` if they are lengths, a missing one by the shape of the \`viewBox\`, and without both the largest size of
that shape within 300 x 150, or just that (CSS Images 3, 4.3). Texts are in Arimo, which has the widths of Arial and Helvetica, for Latin, Greek,
Cyrillic, Hebrew and Vietnamese; other letters are boxes.

## Compared with Chromium

`;

/** Returns the page with the table of a comparison. */
export function toColourPage(compared: readonly Compared[], version: string): string {
  const percent = (100 * shareThatAgrees(compared)).toFixed(1);
  const [usual, inHdr, inSvg] = [allowedDistance(""), allowedDistance("PNG in HDR"), allowedDistance("SVG")];
  const exceptions = Object.entries(EXCEPTIONS).map(([name, reason]) => `- ${name}: ${reason}.`);
  return `${INTRODUCTION}Of ${compared.length} generated files, ${percent} % agree with ${version}. Two renderings agree if their pixels differ by ${usual.mean} levels of 255 in the
mean, and 99 of 100 samples by ${usual.most} at most (in high dynamic range: ${inHdr.mean} and ${inHdr.most}; in an SVG: ${inSvg.mean} and ${inSvg.most}, as edges are smoothed with other shades); with alpha, both on white and on black. The
test \`packages/imaging/test/browser.e2e.test.ts\` fails below 98 %.

${TABLE_HEADER}
| --- | --- | --- | --- | --- |
${tableRows(compared).join("\n")}

Exceptions:

${exceptions.join("\n")}
`;
}

/** Returns the rows of the table, one for each kind. */
function tableRows(compared: readonly Compared[]): string[] {
  return [...Map.groupBy(compared, ({ kind }) => kind)].map(([kind, files]) => {
    const largest = (which: "mean" | "most") =>
      Math.max(...files.map(({ distance }) => distance?.[which] ?? Number.POSITIVE_INFINITY)).toFixed(1);
    return `| ${[...countsOf(kind, files), largest("mean"), largest("most")].join(" | ")} |`;
  });
}

function countsOf(kind: string, files: readonly Compared[]) {
  return [kind, files.length, files.filter(({ agrees }) => agrees).length];
}

/** Returns the beginnings of the table's rows: without the distances, which change with the version of the browser. */
export function rowsWithoutDistances(compared: readonly Compared[]): string[] {
  return [...Map.groupBy(compared, ({ kind }) => kind)].map(
    ([kind, files]) => `| ${countsOf(kind, files).join(" | ")} |`,
  );
}
