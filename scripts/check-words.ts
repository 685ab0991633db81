/**
 * Checks that the project is written in the English of the field's documentation: `node scripts/check-words.ts [FILE|DIR…]`.
 *
 * `words.json` has the patterns of phrases to avoid. A few are fine: 3 per 1,000 words of each category, and 3 of 100
 * documentation comments that open with a question word instead of a noun or a verb.
 */
import { globSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { CATEGORIES, type Text, textsOf, wordsIn } from "./texts-of.ts";

interface Mark {
  category: string;
  place: string;
  found: string;
}

const MARKS_PER_1000_WORDS = 3;
const OPENINGS_PER_100_COMMENTS = 3;
const SHOWN_MARKS = 30;
const OPENINGS = "openings of doc comments";
const OPENING = /^\s*(What|Whether|Who|How|Which|Where|When|Of|So|By|As)\b/;
const GENERATED = /(^|\/)(node_modules|dist|dist-test|cdktf\.out|\.cache|\.turbo|\.git)(\/|$)/;

const root = join(import.meta.dirname, "..");
const { patterns }: { patterns: Record<string, string> } = JSON.parse(
  readFileSync(join(import.meta.dirname, "words.json"), "utf8"),
);
const expressions = Object.values(patterns).map((pattern) => new RegExp(pattern, "gi"));

const texts = filesOf(process.argv.slice(2)).flatMap((file) =>
  textsOf(file, readFileSync(join(root, file), "utf8")).map((text) => ({ ...text, file })),
);
const results = [
  ...CATEGORIES.map((category) => {
    const own = texts.filter((text) => text.category === category);
    const words = own.reduce((sum, { text }) => sum + wordsIn(text), 0);
    return toResult(category, own.flatMap(marksOf), words, "words", (MARKS_PER_1000_WORDS * words) / 1000);
  }),
  openingsResult(texts.filter(({ isDocComment }) => isDocComment)),
];
for (const { summary, marks, isOver } of results) {
  console.log(summary);
  if (!isOver) continue;
  for (const { place, found } of marks.slice(0, SHOWN_MARKS)) console.log(`  ${place}: ${found}`);
  if (marks.length > SHOWN_MARKS) console.log(`  … and ${marks.length - SHOWN_MARKS} more`);
}
process.exitCode = results.some(({ isOver }) => isOver) ? 1 : 0;

/** The files below the arguments, or all of the project's, relative to the root. */
function filesOf(paths: string[]): string[] {
  const exclude = (name: string) => GENERATED.test(name);
  return (paths.length > 0 ? paths : [root]).flatMap((path) =>
    statSync(path).isDirectory()
      ? globSync("**/*.{ts,tsx,mjs,md}", { cwd: path, exclude }).map((file) =>
          relative(root, join(path, file)),
        )
      : [relative(root, path)],
  );
}

function toResult(category: string, marks: Mark[], count: number, unit: string, bound: number) {
  const isOver = marks.length > bound;
  const verdict = isOver ? `at most ${Math.floor(bound)} are fine` : "fine";
  return { summary: `${category}: ${marks.length} in ${count} ${unit}: ${verdict}`, marks, isOver };
}

function openingsResult(comments: (Text & { file: string })[]) {
  const marks = comments
    .filter(({ text }) => OPENING.test(text))
    .map((comment) => toMark(comment, 0, comment.text));
  const bound = (OPENINGS_PER_100_COMMENTS * comments.length) / 100;
  return toResult(OPENINGS, marks, comments.length, "comments", bound);
}

function marksOf(text: Text & { file: string }): Mark[] {
  return expressions.flatMap((expression) =>
    [...text.text.matchAll(expression)].map(({ 0: found, index }) => toMark(text, index, found)),
  );
}

function toMark({ category, file, line, text }: Text & { file: string }, index: number, found: string): Mark {
  const before = text.slice(0, index);
  const near = text
    .slice(Math.max(0, index - 40), index + 60)
    .replace(/\s+/g, " ")
    .trim();
  return {
    category,
    place: `${file}:${line + before.split("\n").length - 1}`,
    found: `"${found.trim()}" in "${near}"`,
  };
}
