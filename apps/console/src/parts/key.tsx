import { toPlainText } from "@image-pipeline/schema/plain-text";

/** A key, or other text from outside: invisible characters are written out, and its direction stays its own. */
export function Key({ text }: { text: string }) {
  return <bdi class="key">{toPlainText(text)}</bdi>;
}
