import { readAt } from "../src/shared-file.ts";

/**
 * A program in the place of the engine's, which does what the "picture" says. Its first word is `spin`, `sleep`, `allocate`,
 * `forge`, `overstate`, `fail`, `crash-late`, the name of a signal, or the program's own id, with which it answers.
 */
const SHARED_FILE = 4;

const WORDS: Record<string, () => void> = {
  spin: () => {
    for (;;);
  },
  sleep: () => {},
  allocate: () => {
    const kept: Buffer[] = [];
    setInterval(() => kept.push(Buffer.alloc(8 * 2 ** 20, 1)), 1);
  },
  forge: () => process.send?.({ kind: "rendition", rendition: { extension: "../../x" }, at: 0, length: 0 }),
  overstate: () => {
    const rendition = { preset: "small", format: "webp", extension: "webp", contentType: "image/webp" };
    const facts = { width: 1, height: 1, pages: 1, sha256: "0".repeat(64) };
    process.send?.({ kind: "rendition", rendition: { ...rendition, ...facts }, at: 0, length: 1_000_000 });
  },
  "crash-late": () => void setTimeout(() => process.kill(process.pid, "SIGSEGV"), 800),
  fail: () => process.send?.({ kind: "failed", name: "TypeError", message: "a bug", stack: "here" }),
};

process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", ({ bytes }: { bytes: number }) => {
  const word = readAt(SHARED_FILE, 0, bytes).toString();
  if (word.startsWith("SIG")) process.kill(process.pid, word);
  else if (word in WORDS) WORDS[word]?.();
  else
    process.send?.({
      kind: "rejected",
      reason: "CORRUPT_IMAGE",
      message: JSON.stringify({ pid: process.pid, env: process.env }),
      facts: {},
    });
});
process.send?.({ kind: "ready" });
