// `client/index.js` is `dist/index.js` of the package. It needs no build step.
import { picture } from "@image-pipeline/client";

const baseUrl = document.documentElement.dataset.images;

for (const element of document.querySelectorAll("picture[data-key]")) {
  const path = element.dataset.key.split("/").map(encodeURIComponent).join("/");
  const manifest = await (await fetch(`${baseUrl}/manifests/${path}.json`)).json();
  const data = picture(manifest, { baseUrl, sizes: "100vw" });
  if (data === null) continue;
  const sources = data.sources.map((source) => Object.assign(document.createElement("source"), source));
  const image = Object.assign(document.createElement("img"), data.img, { alt: element.dataset.alt });
  element.replaceChildren(...sources, image);
}
