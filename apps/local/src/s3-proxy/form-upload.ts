const FILENAME = /\$\{filename\}/g;

/**
 * The key that a browser's form uploads to: its `key` field, with `${filename}` replaced by the file's name
 * (docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html).
 *
 * @returns undefined when the body is not such a form
 */
export async function keyOfForm(body: Buffer, contentType: string): Promise<string | undefined> {
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { "content-type": contentType },
    }).formData();
    const key = form.get("key");
    const file = form.get("file");
    if (typeof key !== "string" || key === "") return undefined;
    const name = file instanceof File ? (file.name.split(/[/\\]/).at(-1) ?? "") : "";
    return key.replace(FILENAME, () => name);
  } catch {
    return undefined;
  }
}
