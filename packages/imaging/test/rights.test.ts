import { deflateSync } from "node:zlib";
import { OutputFormat } from "@image-pipeline/schema/manifest";
import { HOSTILE_ROWS, harmIn } from "@image-pipeline/testing";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { provePrivate } from "../src/prove-private.ts";
import { toXmp } from "../src/rights/xmp.ts";
import { heicFile } from "./pictures/heic-file.ts";
import { HEVC_STREAMS } from "./pictures/hevc-streams.ts";
import { withSegment } from "./pictures/jpeg-segments.ts";
import { pngChunk, withPngChunks } from "./pictures/png-chunks.ts";
import { playing, scene } from "./pictures/scene.ts";
import { tiffFile } from "./pictures/tiff-file.ts";
import { render } from "./render.ts";

const PRESETS = { one: { width: 20, formats: ["png" as const] } };
const RIGHTS = { copyright: "© 2024 Jörg & 日本 (all <rights> reserved)", creator: "Ann; Bob" };
/** Files with a place of their own, and an offset, for metadata. */
const FORMATS = ["jpeg", "png", "webp", "avif", "tiff"] as const;

/** Returns a packet as editors write it, with more than the rights. */
function packet(inner: string): string {
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="52,31N"/>
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">${inner}</rdf:Description>
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
}
const rightsOf = (copyright: string, ...creators: string[]) =>
  `<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">${copyright}</rdf:li><rdf:li xml:lang="de">anders</rdf:li></rdf:Alt></dc:rights>
   <dc:creator><rdf:Seq>${creators.map((one) => `<rdf:li>${one}</rdf:li>`).join("")}</rdf:Seq></dc:creator>`;
const XMP = packet(rightsOf("&#xa9; 2024 Jörg &amp; 日本 (all &lt;rights&gt; reserved)", "Ann", "Bob"));

function dataset(number: number, text: Buffer): Buffer {
  const header = Buffer.of(0x1c, 2, number, 0, 0);
  header.writeUInt16BE(text.length, 3);
  return Buffer.concat([header, text]);
}

/** Returns datasets of IPTC; a caption first. */
function iptc(encoding: "utf8" | "latin1", copyright: string, ...creators: string[]): Buffer {
  const texts: [number, string][] = [
    [120, "a caption"],
    ...creators.map((one): [number, string] => [80, one]),
    [116, copyright],
  ];
  return Buffer.concat(texts.map(([number, text]) => dataset(number, Buffer.from(text, encoding))));
}

/** Returns a text whose length is a multiple of four. */
function padded(text: string): Buffer {
  return Buffer.concat([Buffer.from(text), Buffer.alloc((4 - (Buffer.byteLength(text) % 4)) % 4)]);
}

/** Puts datasets into a JPEG, behind another resource of Photoshop with an odd length. */
async function jpegWithIptc(data: Buffer): Promise<Buffer> {
  const resource = (id: number, name: string, body: Buffer) => {
    const head = Buffer.concat([
      Buffer.from("8BIM"),
      Buffer.of(id >> 8, id & 255, name.length),
      Buffer.from(name),
    ]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(body.length);
    const even = (part: Buffer) => (part.length % 2 === 0 ? part : Buffer.concat([part, Buffer.of(0)]));
    return Buffer.concat([even(head), size, even(body)]);
  };
  const resources = [resource(0x03ed, "abc", Buffer.from("odd")), resource(0x0404, "", data)];
  const jpeg = await scene(60, 40).jpeg().toBuffer();
  return withSegment(jpeg, 0xed, Buffer.concat([Buffer.from("Photoshop 3.0\0"), ...resources]));
}

async function factsOf(source: Buffer) {
  const { copyright, creator } = (await render(source, PRESETS)).facts;
  return { copyright, creator };
}

describe("copyright and creator", () => {
  it.each(["jpeg", "png", "webp", "avif"] as const)(
    "are facts from the EXIF tags of a %s",
    async (format) => {
      const exif = { IFD0: { Copyright: "2024 Acme", Artist: "Ann" } };
      const source = await scene(60, 40).toFormat(format).withExif(exif).toBuffer();
      expect(await factsOf(source)).toEqual({ copyright: "2024 Acme", creator: "Ann" });
    },
  );

  it.each([
    [
      "its own tags",
      [
        [33_432, 2, "2024 Acme\0"],
        [315, 2, "Ann\0\0\0"],
      ],
    ],
    ["IPTC", [[33_723, 4, iptc("utf8", "2024 Acme", "Ann").toString()]]],
    ["IPTC as bytes", [[33_723, 7, iptc("utf8", "2024 Acme", "Ann").toString()]]],
  ] satisfies [string, [tag: number, type: number, text: string][]][])(
    "are facts from %s of a TIFF",
    async (_place, texts) => {
      const pixels = Buffer.alloc(8);
      const data = Buffer.concat([pixels, ...texts.map(([, , text]) => padded(text))]);
      let at = 8 + pixels.length;
      const fields = texts.map(([tag, type, text]) => {
        const length = padded(text).length;
        at += length;
        return [tag, type, type === 4 ? length / 4 : length, at - length];
      });
      const source = tiffFile([{ width: 4, height: 2 }], data, fields);
      expect(await factsOf(source)).toEqual({ copyright: "2024 Acme", creator: "Ann" });
    },
  );

  it("are facts from a PNG with XMP as the standard has it, compressed or not", async () => {
    const png = await scene(60, 40).png().toBuffer();
    const head = (flag: number) => Buffer.from(`XML:com.adobe.xmp\0${String.fromCharCode(flag)}\0\0\0`);
    for (const body of [
      [head(0), Buffer.from(XMP)],
      [head(1), deflateSync(XMP)],
    ])
      expect(await factsOf(withPngChunks(png, pngChunk("iTXt", Buffer.concat(body))))).toEqual(RIGHTS);
    const bomb = Buffer.concat([head(1), deflateSync(Buffer.alloc(50_000_000))]);
    const { copyright } = await factsOf(withPngChunks(png, pngChunk("iTXt", bomb)));
    expect(copyright).toBeUndefined();
  });

  it.each(FORMATS)("are facts from the XMP of a %s, the default of several languages", async (format) => {
    const source = await scene(60, 40).toFormat(format).withXmp(XMP).toBuffer();
    expect(await factsOf(source)).toEqual(RIGHTS);
  });

  it("are facts from the XMP of a HEIC", async () => {
    const others = [{ type: "mime", reference: "cdsc", data: Buffer.from(XMP) }];
    expect(await factsOf(heicFile({ tiles: [HEVC_STREAMS.card], others }))).toEqual(RIGHTS);
  });

  it.each(["utf8", "latin1"] as const)("are facts from the IPTC of a JPEG in %s", async (encoding) => {
    const source = await jpegWithIptc(iptc(encoding, "© Jörg", "Ann", "Bob"));
    expect(await factsOf(source)).toEqual({ copyright: "© Jörg", creator: "Ann; Bob" });
  });

  it("are taken from EXIF, else from XMP, else from IPTC, each by itself", async () => {
    const both = await scene(60, 40)
      .jpeg()
      .withExif({ IFD0: { Artist: "by EXIF" } })
      .withXmp(packet(rightsOf("by XMP", "by XMP")))
      .toBuffer();
    expect(await factsOf(both)).toEqual({ copyright: "by XMP", creator: "by EXIF" });
  });

  it("are read from the short form of XMP too", async () => {
    const short = packet("").replace('exif:GPSLatitude="52,31N"', 'dc:rights="Acme" dc:creator="Ann"');
    const source = await scene(60, 40).jpeg().withXmp(short).toBuffer();
    expect(await factsOf(source)).toEqual({ copyright: "Acme", creator: "Ann" });
  });

  it.each([
    ["is not well-formed", "<x:xmpmeta><dc:rights>Acme"],
    ["has entities of its own", `<!DOCTYPE x [<!ENTITY a "Acme">]>${packet(rightsOf("&a;", "&a;"))}`],
    ["is nested without end", packet(`<dc:rights>${"<a>".repeat(50_000)}`)],
    ["has no texts", packet("<dc:rights/><dc:creator><rdf:Seq/></dc:creator>")],
    ["has names of JavaScript", packet("<__proto__><dc:rights>Acme</dc:rights></__proto__>")],
  ])("are no facts from XMP that %s, which costs no picture", async (_fault, xmp) => {
    const source = await scene(60, 40).png().withXmp(xmp).toBuffer();
    expect(await factsOf(source)).toEqual({ copyright: undefined, creator: undefined });
  });

  it.each(HOSTILE_ROWS)("are one short, harmless line of a text that %s", async (_harm, text) => {
    const long = `M ${text}`.repeat(200).replaceAll(/[<>&]/g, "");
    const { copyright = "", creator = "" } = await factsOf(await jpegWithIptc(iptc("utf8", long, long)));
    for (const fact of [copyright, creator]) {
      expect(harmIn(fact)).toEqual([]);
      expect(fact.length).toBeLessThanOrEqual(250);
      expect(fact).toMatch(/^M/);
    }
  });
});

describe('a preset with keep: ["copyright"]', () => {
  const keep = ["copyright" as const];
  const source = () =>
    scene(120, 80)
      .jpeg()
      .withExif({ IFD0: { Make: "Secret" }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "52/1 31/1 12/1" } })
      .withXmp(XMP)
      .withIccProfile("p3")
      .toBuffer();

  it("writes the rights back as XMP, and nothing else, in every format that has a place for it", async () => {
    const { renditions } = await render(await source(), {
      one: { width: 60, keep, formats: OutputFormat.options },
      wide: { width: 50, keep, colourSpace: "p3", formats: ["avif", "jpeg"] },
    });
    expect(renditions).toHaveLength(7);
    for (const { data, format } of renditions) {
      const { exif, xmp, iptc, comments, orientation } = await sharp(data).metadata();
      expect({ exif, iptc, comments, orientation }).toEqual({});
      expect(xmp?.toString()).toBe(format === "gif" ? undefined : toXmp(RIGHTS));
      expect(Buffer.from(data).toString("latin1")).not.toMatch(/Secret|GPS|52,31/);
      if (format !== "gif") expect(await factsOf(Buffer.from(data))).toEqual(RIGHTS);
    }
  });

  it("writes them into an animation", async () => {
    const animation = await sharp(await playing(60, 40), { animated: true })
      .webp()
      .withXmp(XMP)
      .toBuffer();
    const formats = [{ format: "webp" as const, animated: "keep" as const }];
    const { renditions } = await render(animation, { one: { width: 30, keep, formats } });
    const { pages, xmp } = await sharp(renditions[0]?.data).metadata();
    expect(pages).toBeGreaterThan(1);
    expect(xmp?.toString()).toBe(toXmp(RIGHTS));
  });

  it("writes nothing for a picture without rights", async () => {
    const { renditions } = await render(await scene(60, 40).jpeg().toBuffer(), {
      one: { width: 30, keep, formats: ["jpeg"] },
      two: { width: 30, formats: ["jpeg"] },
    });
    expect(renditions[0]?.sha256).toBe(renditions[1]?.sha256);
  });
});

describe("the proof of privacy of a file that keeps rights", () => {
  const kept = { copyright: "Acme", creator: undefined };
  const prove = (file: Buffer, format: OutputFormat) => () =>
    provePrivate(file, format, { keepsProfile: false, kept });

  it.each(["jpeg", "png", "webp", "avif"] as const)(
    "accepts exactly these in a %s: no others, none missing, nothing beside them",
    async (format) => {
      const encode = (xmp: string) => scene(60, 40).toFormat(format).withXmp(xmp).toBuffer();
      expect(prove(await encode(toXmp(kept)), format)).not.toThrow();
      const wrong = [
        await encode(toXmp({ ...kept, creator: "Ann" })),
        await encode(XMP),
        await encode(`${toXmp(kept)} `),
        await scene(60, 40).toFormat(format).toBuffer(),
        await scene(60, 40)
          .toFormat(format)
          .withXmp(toXmp(kept))
          .withExif({ IFD0: { Artist: "Ann" } })
          .toBuffer(),
      ];
      for (const file of wrong) expect(prove(file, format)).toThrow(/^privacy: the \w+ rendition holds/);
    },
  );

  it("refuses a second packet", async () => {
    const file = await scene(60, 40).jpeg().withXmp(toXmp(kept)).toBuffer();
    const second = withSegment(file, 0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${toXmp(kept)}`));
    expect(prove(second, "jpeg")).toThrow(/holds "XMP"/);
  });
});
