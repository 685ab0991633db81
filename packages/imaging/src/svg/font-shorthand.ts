const SHORTHAND = /(^|[;{\s])font\s*:\s*([^;{}]+)/gi;
const SIZE = /^(?:\d+\.?\d*|\.\d+)[a-z%]+(?:\/\S+)?$/i;
/** Longer words are no sizes. */
const MAX_CHARACTERS = 32;
const WEIGHT = /^(?:bold|bolder|lighter|[1-9]00)$/i;
const STYLE = /^(?:italic|oblique)$/i;

/** Writes each `font: bold 12px Arial` of a style as the properties that it stands for: the renderer knows only those. */
export function expandFonts(css: string): string {
  return css.replaceAll(SHORTHAND, (whole, before: string, value: string) => {
    const words = value.trim().split(/\s+/);
    const at = words.findIndex((word) => word.length <= MAX_CHARACTERS && SIZE.test(word));
    const size = words[at]?.split("/")[0];
    const family = words.slice(at + 1).join(" ");
    if (size === undefined || family === "") return whole;
    const first = words.slice(0, at);
    const weight = first.find((word) => WEIGHT.test(word)) ?? "normal";
    const style = first.find((word) => STYLE.test(word)) ?? "normal";
    return `${before}font-style:${style};font-weight:${weight};font-size:${size};font-family:${family}`;
  });
}
