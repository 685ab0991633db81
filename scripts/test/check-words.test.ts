import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { textsOf } from "../texts-of.ts";

const SCRIPT = join(import.meta.dirname, "../check-words.ts");
const plain = (words: number) => "word ".repeat(words);

/** Runs the check over a folder that holds these files. */
function check(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "words-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { status, stdout } = spawnSync(process.execPath, [SCRIPT, folder], { encoding: "utf8" });
  return { status, lines: stdout.trimEnd().split("\n") };
}

it("accepts 3 marks in 1,000 words", () => {
  const { status, lines } = check({ "a.ts": `// ${plain(1000)} anew anew anew\n` });
  expect([status, lines]).toEqual([0, expect.arrayContaining(["comments: 3 in 1003 words: fine"])]);
});

it("fails at 4 marks in 1,000 words, and prints the place of each", () => {
  const { status, lines } = check({
    "a.ts": `// ${plain(1000)}\n// anew anew anew\n/*\n * made anew\n */\n`,
  });
  expect(status).toBe(1);
  expect(lines).toContain("comments: 4 in 1005 words: at most 3 are fine");
  expect(lines.filter((line) => line.includes("a.ts:2: "))).toHaveLength(3);
  expect(lines).toContainEqual(expect.stringMatching(/a\.ts:4: "anew" in "made anew"$/));
});

it("counts each category for itself", () => {
  const { status, lines } = check({ "a.ts": `// ${plain(1000)}\n`, "README.md": "Made anew.\n" });
  expect(status).toBe(1);
  expect(lines).toContain("docs: 1 in 2 words: at most 0 are fine");
  expect(lines).toContain("comments: 0 in 1000 words: fine");
});

it("fails when more than 3 of 100 documentation comments open with a question word", () => {
  const comments = (openings: number) =>
    Array.from(
      { length: 100 },
      (_, index) => `/** ${index < openings ? "Whether" : "Returns if"} it runs */\n`,
    );
  expect(check({ "a.ts": comments(3).join("") }).status).toBe(0);
  const { status, lines } = check({ "a.ts": comments(4).join("") });
  expect(status).toBe(1);
  expect(lines).toContain("openings of doc comments: 4 in 100 comments: at most 3 are fine");
});

it("leaves out generated files and installed packages", () => {
  const { status } = check({
    "dist/a.md": "Made anew.",
    "node_modules/a/README.md": "Made anew.",
    "cdktf.out/a.md": "Anew.",
  });
  expect(status).toBe(0);
});

it("reads comments and the sentences of strings in a source file, but no single words", () => {
  const source = `import "sharp";\n/** Does it. */\nthrow new Error(\`cannot read \${path} of it\`);\n`;
  expect(textsOf("src/a.ts", source)).toEqual([
    { category: "comments", line: 2, text: "  Does it. ", isDocComment: true },
    { category: "texts", line: 3, text: "cannot read X of it", isDocComment: false },
  ]);
});

it("reads the texts of a page between its tags", () => {
  const source = "export const page = <p>Drop your files here</p>;\n";
  expect(textsOf("src/page.tsx", source).map(({ text }) => text)).toEqual(["Drop your files here"]);
});

it("reads the names of tests in a test file, but no other strings", () => {
  const source =
    'describe("a queue", () => {\n  it.each([1])("keeps the message %i", () => expect("one two three"));\n});\n';
  expect(
    textsOf("apps/a/test/a.test.ts", source).map(({ category, line, text }) => [category, line, text]),
  ).toEqual([
    ["test names", 1, "a queue"],
    ["test names", 2, "keeps the message %i"],
  ]);
});

it("reads the prose of Markdown without code and addresses", () => {
  const [docs] = textsOf("docs/a.md", "One `anew` [two](anew).\n\n```\nanew\n```\nThree.\n");
  expect(docs?.text).toBe("One x [two].\n\n\n\n\nThree.\n");
});
