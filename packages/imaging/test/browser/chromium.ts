import { createServer, type IncomingMessage, type Server } from "node:http";
import { buffer } from "node:stream/consumers";
import { openChromium } from "@image-pipeline/testing/chromium";
import { ProgressDeadline } from "@image-pipeline/testing/progress";
import type { Pixels } from "../../src/pixels.ts";

/** A file for the browser to show. */
export interface Shown {
  name: string;
  type: string;
  data: Uint8Array;
}

/** The page draws each picture on a canvas and sends back its pixels in sRGB with straight alpha. */
const PAGE = `<!doctype html><script type="module">
for (let at = 0; at < Number(location.hash.slice(1)); at++) {
  const picture = new Image();
  picture.src = "/file/" + at;
  const size = await picture.decode().then(() => [picture.naturalWidth, picture.naturalHeight], () => [0, 0]);
  const canvas = Object.assign(document.createElement("canvas"), { width: size[0] || 1, height: size[1] || 1 });
  const context = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  if (size[0]) context.drawImage(picture, 0, 0);
  const body = context.getImageData(0, 0, canvas.width, canvas.height).data;
  await fetch("/pixels/" + at + "/" + size.join("/"), { method: "POST", body });
}
await fetch("/end", { method: "POST" });
</script>`;

/**
 * Shows files in one Chromium, one after another.
 *
 * @returns the pixels of each file by its name; undefined for a file that Chromium does not show
 */
export async function showInChromium(files: readonly Shown[]): Promise<Map<string, Pixels | undefined>> {
  const browser = await openChromium();
  const shown = new Map<string, Pixels | undefined>();
  const ended = Promise.withResolvers<void>();
  const deadline = new ProgressDeadline((reason) => ended.reject(new Error(`Chromium: ${reason}`)));
  const server = createServer(async (request, response) => {
    deadline.renew();
    const [, action, at = "", width = "0", height = "0"] = (request.url ?? "").split("/");
    const file = files[Number(at)];
    if (action === "file" && file) return response.setHeader("content-type", file.type).end(file.data);
    if (action === "pixels" && file) shown.set(file.name, await readPixels(request, { width, height }));
    if (action === "end") ended.resolve();
    if (action === "") return response.setHeader("content-type", "text/html").end(PAGE);
    response.end();
  });
  const url = `http://127.0.0.1:${await listen(server)}/#${files.length}`;
  browser.once("disconnected", () => ended.reject(new Error("Chromium ended before it showed every file")));
  try {
    const page = await browser.newPage();
    await page.goto(url, { waitUntil: "commit", timeout: 0 });
    await ended.promise;
    return shown;
  } finally {
    deadline.stop();
    await browser.close();
    server.close();
  }
}

async function readPixels(
  request: IncomingMessage,
  { width, height }: { width: string; height: string },
): Promise<Pixels | undefined> {
  const data = await buffer(request);
  if (width === "0") return undefined;
  return { data, width: Number(width), height: Number(height), channels: 4 };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
