import { createHmac } from "node:crypto";

const NAME = "generated-by";
const VALUE = "image-pipeline";
const MARK = "generated-mark";

type Metadata = Readonly<Record<string, string>>;

/** The metadata of every object that the pipeline writes. Anybody who uploads can write it too, so it proves nothing. */
export const GENERATED_METADATA: Metadata = { [NAME]: VALUE };

/** A rendition's bytes, by their SHA-256 in hexadecimal digits, and the secret of the environment that made it. */
interface Made {
  sha256: string;
  secret: string;
}

/** Returns the metadata of a rendition, with a mark that only the pipeline can make, and only for these bytes. */
export function toRenditionMetadata(made: Made): Metadata {
  return { ...GENERATED_METADATA, [MARK]: toMark(made) };
}

/** Returns true for the metadata of an object that says the pipeline wrote it. */
export function saysGenerated(metadata: Metadata | undefined): boolean {
  return metadata?.[NAME] === VALUE;
}

/** Returns true for metadata with a mark, which only its bytes and the secret can prove. */
export function hasMark(metadata: Metadata | undefined): boolean {
  return saysGenerated(metadata) && metadata?.[MARK] !== undefined;
}

/** Returns true if the mark belongs to the bytes: they are a rendition, copied with its metadata. */
export function isRendition(metadata: Metadata | undefined, made: Made): boolean {
  return saysGenerated(metadata) && metadata?.[MARK] === toMark(made);
}

function toMark({ sha256, secret }: Made): string {
  return createHmac("sha256", secret).update(`mark ${sha256}`).digest("hex");
}
