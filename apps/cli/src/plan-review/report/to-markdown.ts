import { PRICES_OF } from "@image-pipeline/schema/prices";
import type { Finding } from "../findings/finding.ts";
import { asHtml, codeBlock, inCode } from "../markdown.ts";
import type { Change } from "../plan.ts";
import { changedAttributes, type Review } from "../review.ts";
import { toSentences } from "./permission-words.ts";

/** A mark by which the comment is found, to be replaced. */
export const MARK = "<!-- image-pipeline plan review -->";
const SYMBOLS = { create: "+", update: "~", replace: "±", destroy: "−", forget: "." } as const;

/** The review as a comment: one line when nothing changes; otherwise the risks first, every change last. */
export function toMarkdown(review: Review): string {
  const names = review.stacks.map(({ stack }) => inCode(stack)).join(", ");
  if (review.stacks.every(({ changes }) => changes.length === 0) && review.brokenRules.length === 0)
    return `${MARK}\nNo changes to ${names}.\n`;
  const parts = [
    `${MARK}\n## Plan of ${names}`,
    counts(review),
    list("Data at risk", review.dataAtRisk.map(toLine)),
    list("Public exposure", review.publicExposure.map(toLine)),
    list("Broken rules", review.brokenRules.map(toLine)),
    list("Permissions gained", gained(review)),
    list("Permissions lost", lost(review)),
    list("Encryption", review.encryption.map(toLine)),
    cost(review),
    ...review.stacks.filter(({ changes }) => changes.length > 0).map(details),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function counts({ counts: { create, update, replace, destroy, forget } }: Review): string {
  const forgotten = forget > 0 ? `, ${forget} to forget` : "";
  return `**${create} to create, ${update} to change, ${replace} to replace, ${destroy} to destroy${forgotten}.**`;
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return [`### ${title}`, "", ...[...new Set(lines)].map((line) => `- ${line}`)].join("\n");
}

function toLine({ address, what }: Finding): string {
  return `${what} (${inCode(address)})`;
}

function gained({ permissions }: Review): string[] {
  return [
    ...sentences(permissions.gained, "Allow"),
    ...sentences(permissions.lost, "Deny").map((sentence) => `no longer denied: ${sentence}`),
    ...permissions.unknown.map((address) => `known only once it is applied: ${inCode(address)}`),
  ];
}

function lost({ permissions }: Review): string[] {
  return [
    ...sentences(permissions.lost, "Allow"),
    ...sentences(permissions.gained, "Deny").map((sentence) => `now denied: ${sentence}`),
  ];
}

function sentences(found: Review["permissions"]["gained"], effect: "Allow" | "Deny"): string[] {
  return toSentences(found.map(({ grant }) => grant).filter((grant) => grant.effect === effect));
}

function cost({ cost: { before, after, parts }, load }: Review): string {
  const difference = after - before;
  const sign = difference < 0 ? "−" : "+";
  const amount =
    Math.abs(difference) < 0.005
      ? "no difference"
      : `${sign}$${Math.abs(difference).toFixed(2)} a month, from $${before.toFixed(2)} to $${after.toFixed(2)}`;
  const rows = parts.map((part) => `| ${part.part} | ${part.before.toFixed(2)} | ${part.after.toFixed(2)} |`);
  return [
    `### Cost\n\n${amount}, at ${load.imagesPerMonth} images a month (list prices of ${PRICES_OF}; without storage, logs and traffic).\n`,
    ...(rows.length > 0 ? ["| USD a month | before | after |", "| --- | --- | --- |", ...rows] : []),
  ].join("\n");
}

function details({ stack, changes }: Review["stacks"][number]): string {
  const lines = changes.map((change) => `${SYMBOLS[change.action]} ${change.address}${attributes(change)}`);
  return [
    `<details><summary>${asHtml(stack)}: ${changes.length} changes</summary>`,
    "",
    ...codeBlock(lines),
    "",
    "</details>",
  ].join("\n");
}

function attributes(change: Change): string {
  if (change.action !== "update" && change.action !== "replace") return "";
  const names = new Set(
    [...changedAttributes(change), ...change.replacedFor].filter((name) => isTold(change, name)),
  );
  return names.size > 0 ? `: ${[...names].join(", ")}` : "";
}

/** A replacement makes every computed attribute unknown: only those that ask for it are told. */
function isTold({ action, replacedFor, unknown }: Change, name: string): boolean {
  return action === "replace" ? replacedFor.includes(name) : !unknown.has(name);
}
