import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { waitFor } from "@image-pipeline/testing/progress";
import { connect, type DevTools } from "./devtools.ts";

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--remote-debugging-port=0",
];

/** Returns the path of an installed Chromium, or undefined. */
export function findChromium(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  return (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(existsSync);
}

/** A page in a browser of its own. */
export interface Page {
  /** Sends a command of the DevTools protocol (chromedevtools.github.io/devtools-protocol). */
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  /** Loads an address, and resolves when its scripts have run. */
  open(url: string): Promise<void>;
  /** Returns the value of an expression in the page; a promise is awaited. */
  evaluate(expression: string): Promise<unknown>;
  /** Waits until an expression in the page is true. Fails when neither the page nor the network changes any more. */
  until(expression: string): Promise<void>;
  /** Chooses files in the page's first file field. */
  choose(...files: string[]): Promise<void>;
  /** Drops files in the middle of the page. */
  drop(...files: string[]): Promise<void>;
  click(selector: string): Promise<void>;
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts a browser with one page. */
export async function openBrowser(chromium: string): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const browser = spawn(chromium, [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let address = "";
  for await (const line of createInterface(browser.stderr)) {
    [, address = ""] = /^DevTools listening on (ws:\S+)/.exec(line) ?? [];
    if (address !== "") break;
  }
  browser.stderr.resume();
  const { host } = new URL(address);
  const pages: unknown = await (await fetch(`http://${host}/json/list`)).json();
  const devTools = await connect(String(fieldOf(fieldOf(pages, "0"), "webSocketDebuggerUrl")));
  return {
    ...pageOf(devTools),
    async close() {
      devTools.close();
      browser.kill("SIGKILL");
      if (browser.exitCode === null && browser.signalCode === null) await once(browser, "exit");
      // The browser's other processes end a little later, and write until then.
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

function pageOf({ send, next, events }: DevTools): Omit<Page, "close"> {
  async function evaluate(expression: string, options: object = { returnByValue: true }) {
    const answer = await send("Runtime.evaluate", { expression, awaitPromise: true, ...options });
    if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result;
  }
  async function read(expression: string): Promise<unknown> {
    return fieldOf(await evaluate(expression), "value");
  }
  async function middleOf(selector: string): Promise<{ x: number; y: number }> {
    const place = await read(`(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      element.scrollIntoView({ block: "center", behavior: "instant" });
      const { x, y, width, height } = element.getBoundingClientRect();
      return [x + width / 2, y + height / 2];
    })()`);
    const [x, y] = Array.isArray(place) ? place : [];
    return { x: Number(x), y: Number(y) };
  }
  return {
    send,
    evaluate: read,
    async open(url) {
      const loaded = next("Page.loadEventFired");
      await send("Page.enable");
      await send("Network.enable");
      await send("Page.navigate", { url });
      await loaded;
    },
    async until(expression) {
      await waitFor({ read: () => read(expression), until: Boolean, progress: events });
    },
    async choose(...files) {
      const found = await evaluate('document.querySelector("input[type=file]")', {});
      await send("DOM.setFileInputFiles", { files, objectId: fieldOf(found, "objectId") });
    },
    async drop(...files) {
      const at = await middleOf("h1");
      const data = { items: [], files, dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"])
        await send("Input.dispatchDragEvent", { type, ...at, data });
    },
    async click(selector) {
      const at = await middleOf(selector);
      for (const type of ["mousePressed", "mouseReleased"])
        await send("Input.dispatchMouseEvent", { type, ...at, button: "left", clickCount: 1 });
    },
    async screenshot(path) {
      const { data } = await send("Page.captureScreenshot", { captureBeyondViewport: true });
      writeFileSync(path, Buffer.from(String(data), "base64"));
    },
  };
}

function fieldOf(object: unknown, name: string): unknown {
  return typeof object === "object" && object !== null ? Reflect.get(object, name) : undefined;
}
