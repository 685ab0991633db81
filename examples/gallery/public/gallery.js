const READABLE = /\.(jpe?g|png|webp|gif|tiff?|avif|hei[cf])$/i;
const PROBLEMS = {
  502: "The image pipeline does not answer. Start it with: npm start -- --example gallery",
  504: "The image pipeline is busy: the picture is here as soon as it is done. Reload the page later.",
};
const list = document.querySelector(".images");
const input = document.querySelector("input");
let maxBytes = Number.POSITIVE_INFINITY;

/** Asks the gallery's server. @throws {Error} with one line for the user */
async function ask(what, about = {}) {
  const response = await fetch(what, { method: "POST", body: JSON.stringify(about) }).catch(() => undefined);
  if (response?.ok) return response.json();
  const { status } = response ?? { status: 502 };
  throw new Error(PROBLEMS[status] ?? (await response.text()));
}

/** Adds a card with a frame of the final size. A name is somebody's text: it is never markup. */
function addCard(name) {
  const card = document.querySelector("template").content.cloneNode(true).firstElementChild;
  card.querySelector(".name").textContent = name;
  const button = card.querySelector("button");
  button.setAttribute("aria-label", `Delete ${name}`);
  list.append(card);
  const frame = card.querySelector(".frame");
  const problem = card.querySelector(".problem");
  const progress = card.querySelector("progress");
  progress.setAttribute("aria-label", `Upload of ${name}`);
  return {
    setHidden: (isHidden) => card.toggleAttribute("hidden", isHidden),
    onDelete(remove) {
      button.disabled = false;
      button.addEventListener("click", remove);
    },
    showPlaceholder({ dataUrl, colour }) {
      if (colour) frame.style.backgroundColor = colour;
      if (dataUrl) frame.style.backgroundImage = `url("${dataUrl}")`;
    },
    /** @param share of the bytes that are uploaded; undefined while the pipeline works, null at the end */
    showProgress(share) {
      progress.hidden = share === null;
      if (share === undefined) progress.removeAttribute("value");
      else if (share !== null) progress.value = share;
    },
    showProblem(text) {
      problem.textContent = text;
      problem.hidden = false;
    },
    showPicture({ sources, img }) {
      const element = document.createElement("picture");
      const image = Object.assign(document.createElement("img"), { ...img, alt: name });
      image.addEventListener("load", () => image.classList.add("loaded"));
      image.addEventListener("error", () => this.showProblem(`${name} cannot be shown any more.`));
      element.append(
        ...sources.map((source) => Object.assign(document.createElement("source"), source)),
        image,
      );
      frame.append(element);
    },
  };
}

/** Shows an image of the server, or the reason why there is none. */
function show(card, { key, placeholder, picture, problem }) {
  card.showPlaceholder(placeholder);
  if (picture) card.showPicture(picture);
  else card.showProblem(problem ?? "This picture was deleted.");
  card.onDelete(async () => {
    card.setHidden(true);
    await ask("/delete", { key }).catch((error) => {
      card.setHidden(false);
      say(error.message);
    });
  });
}

const nameOf = (key) => key.split("/").at(-1);
const megabytes = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

async function upload(file) {
  const card = addCard(file.name);
  try {
    if (!file.type.startsWith("image/") && !READABLE.test(file.name))
      throw new Error(`${file.name} is not a picture: choose a JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC.`);
    if (file.size > maxBytes)
      throw new Error(
        `${file.name} has ${megabytes(file.size)}: at most ${megabytes(maxBytes)} are allowed.`,
      );
    card.showProgress(0);
    void preview(file).then(card.showPlaceholder, () => {});
    const grant = await ask("/upload", { name: file.name, type: file.type });
    const eTag = await send(file, grant, card.showProgress);
    card.showProgress(undefined);
    show(card, await ask("/wait", { key: grant.key, eTag }));
  } catch (error) {
    card.showProblem(error.message);
    card.onDelete(() => card.setHidden(true));
  }
  card.showProgress(null);
}

/** Posts the form that the server has signed: S3 accepts this file only. @returns its ETag */
function send(file, { url, fields }, onProgress) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file); // last: S3 ignores what comes after it
  return new Promise((resolve, reject) => {
    // fetch tells nothing about the progress of an upload
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    request.addEventListener("load", () => {
      const [, why = "S3 refused it"] = /<Message>(.*?)<\/Message>/.exec(request.responseText) ?? [];
      if (request.status < 300) resolve(request.getResponseHeader("etag"));
      else reject(new Error(`${file.name} was not uploaded: ${why}.`));
    });
    request.addEventListener("error", () =>
      reject(new Error(`${file.name} was not uploaded: S3 does not answer.`)),
    );
    request.open("POST", url);
    request.send(form);
  });
}

/** A tiny copy of a file, until the pipeline has made its own. Not every browser reads every format. */
async function preview(file) {
  const bitmap = await createImageBitmap(file, { resizeWidth: 32, resizeQuality: "high" });
  const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: bitmap.height });
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  return { dataUrl: canvas.toDataURL() };
}

function say(text) {
  document.querySelector(".message").textContent = text;
}

function uploadAll(files) {
  for (const file of files) void upload(file);
  list.lastElementChild?.scrollIntoView({ block: "nearest" });
}

input.addEventListener("change", () => {
  uploadAll(input.files);
  input.value = "";
});
for (const name of ["dragover", "dragleave", "drop"])
  addEventListener(name, (event) => {
    event.preventDefault();
    document.body.classList.toggle("dragging", name === "dragover");
    if (name === "drop") uploadAll(event.dataTransfer.files);
  });

try {
  const found = await ask("/list");
  ({ maxBytes } = found);
  for (const image of found.images) show(addCard(nameOf(image.key)), image);
} catch (error) {
  say(error.message);
}
