const FILENAME = /\$\{filename\}/g;

/** A browser's upload form. */
export interface UploadForm {
  /** Its `key` field, with `${filename}` replaced by the file's name. */
  key: string;
  /** The text fields, by their names in lower case. */
  fields: ReadonlyMap<string, string>;
  /** The size of the file in bytes. */
  size: number;
}

/**
 * Parses a browser's upload form (docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html).
 *
 * @returns undefined when the body is not such a form
 */
export async function toUploadForm(body: Buffer, contentType: string): Promise<UploadForm | undefined> {
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { "content-type": contentType },
    }).formData();
    const fields = new Map<string, string>();
    for (const [name, value] of form) if (typeof value === "string") fields.set(name.toLowerCase(), value);
    const key = fields.get("key");
    const file = form.get("file");
    if (!key) return undefined;
    const [name, size] = file instanceof File ? [file.name.split(/[/\\]/).at(-1) ?? "", file.size] : ["", 0];
    return { key: key.replace(FILENAME, () => name), fields, size };
  } catch {
    return undefined;
  }
}
