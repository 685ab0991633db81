import {
  type CallExpression,
  type Comment,
  type Expression,
  type JSXText,
  parseSync,
  Visitor,
} from "oxc-parser";

export const CATEGORIES = ["texts", "docs", "test names", "comments"] as const;

/** A piece of English in a file. */
export interface Text {
  category: (typeof CATEGORIES)[number];
  line: number;
  text: string;
  /** True for a comment in JSDoc form, which describes the declaration below it. */
  isDocComment: boolean;
}

const IN_TEST = /(^|\/)(test|tests|testing)\//;
const TEST_FUNCTIONS = ["it", "test", "describe"];

/** Returns the prose of a Markdown file, or a source file's comments, test names, and the texts that a user may see. */
export function textsOf(file: string, source: string): Text[] {
  if (file.endsWith(".md"))
    return [{ category: "docs", line: 1, text: toProse(source), isDocComment: false }];
  const lineAt = (offset: number) => source.slice(0, offset).split("\n").length;
  const { program, comments } = parseSync(file, source);
  const texts: Text[] = comments.map((comment) => toText(comment, lineAt(comment.start)));
  function add(category: Text["category"], node: { start: number }, text: string): void {
    texts.push({ category, line: lineAt(node.start), text, isDocComment: false });
  }
  function addTestName(node: CallExpression): void {
    const name = stringOf(node.arguments[0]);
    if (name !== undefined && TEST_FUNCTIONS.includes(calleeOf(node.callee))) add("test names", node, name);
  }
  function addSentence(node: Expression | JSXText): void {
    const text = stringOf(node);
    if (text !== undefined && wordsIn(text) > 2) add("texts", node, text);
  }
  const isTest = IN_TEST.test(file);
  new Visitor(
    isTest
      ? { CallExpression: addTestName }
      : { Literal: addSentence, TemplateLiteral: addSentence, JSXText: addSentence },
  ).visit(program);
  return texts;
}

export function wordsIn(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

/** Leaves out code and link targets, and keeps the lines. */
function toProse(markdown: string): string {
  return markdown
    .replace(/```[\s\S]*?```/g, (block) => block.replace(/[^\n]/g, ""))
    .replace(/`[^`\n]*`/g, "x")
    .replace(/\]\([^)]*\)/g, "]");
}

function toText({ type, value }: Comment, line: number): Text {
  const text = value.replace(/^\s*\*/gm, (start) => start.replace("*", " "));
  return { category: "comments", line, text, isDocComment: type === "Block" && value.startsWith("*") };
}

/** The name of the called function; `it` for `it.each(rows)(…)`. */
function calleeOf(node: Expression): string {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression") return calleeOf(node.object);
  if (node.type === "CallExpression") return calleeOf(node.callee);
  return node.type === "TaggedTemplateExpression" ? calleeOf(node.tag) : "";
}

function stringOf(node: CallExpression["arguments"][number] | JSXText | undefined): string | undefined {
  if (node?.type === "JSXText") return node.value;
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  return node?.type === "TemplateLiteral"
    ? node.quasis.map(({ value }) => value.cooked).join("X")
    : undefined;
}
