/**
 * Texts that an uploader or a sender may put into keys, metadata and pictures, by the harm that they do where they are
 * written as they are.
 */
export const HOSTILE_STRINGS = {
  "clears the screen": "a\u001b[2J\u001b[H.jpg",
  "sets the title of the window": "\u001b]0;owned\u0007",
  "writes to the clipboard": "\u001b]52;c;b3duZWQ=\u001b\\",
  "hides the text after it": "a\u001b[8m.jpg",
  "is a control sequence of one byte": "\u009b31m\u0090q\u009c",
  "deletes what stands before it": "a.exe\b\b\b\bjpg\u007f",
  "writes over its own line": "a.jpg\rno problems found",
  "starts a line of its own": "a.jpg\nno problems found\r\n\u000b\u000c",
  "starts a line in a browser": "a\u2028b\u2029c\u0085d",
  "ends a C string": "a.jpg\u0000.exe",
  "reverses the direction": "\u202egpj.exe\u2066\u2069\u061c\u200f",
  "cannot be seen": "a\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u3164\u{e0041}b",
  "is half a character": "a\ud83d\udc00\ud800.jpg\udc00",
  "is HTML": "<img src=x onerror=\"alert(1)\"><script>alert('1')</script></style>&lt;",
  "is Markdown": "`` ` ``` ~~~ ]( https://evil.example ) **b** _i_ <!-- --> ![](//x) @team #1 $x$ | \\",
  "ends a block of code": "\n```\n# Approved\n",
  "ends a string of JSON": '","level":"ERROR"}',
  "is a metric": '\n{"_aws":{"CloudWatchMetrics":[]},"failures":0}',
  "is a command": "'; touch owned; $(touch owned) `touch owned`",
  "fills a template": "%s %n {{x}} #{x}",
} as const satisfies Record<string, string>;

/** The same as rows of a table of tests: harm, text. */
export const HOSTILE_ROWS: readonly (readonly [harm: string, text: string])[] =
  Object.entries(HOSTILE_STRINGS);

/** Names of pictures in many languages, which stay readable. */
export const ORDINARY_STRINGS = [
  "Été à São Paulo.jpg",
  "zażółć gęślą jaźń",
  "日本語の写真 한국어 中文",
  "שלום עולם – مرحبا بالعالم",
  "हिन्दी ภาษาไทย Ελληνικά Русский",
  "e\u0301 👍🏽 👩\u200d🚀 👨\u200d👩\u200d👧 ❤\ufe0f 🇸🇪 1\ufe0f\u20e3",
  "C:\\photos\\a b+c&d=e%20(1) [2] {3} ~ ^ | \"quoted\" 'single' #5 @home",
] as const;

/** First and last code points of the characters that no line of output may contain, after Unicode's charts. */
const HARMFUL: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe0fff],
];

/** Returns the harmful characters of a line, as `U+001B`; none for one that may be written. */
export function harmIn(line: string): string[] {
  return [...line]
    .map((character) => character.codePointAt(0) ?? 0)
    .filter((code) => HARMFUL.some(([first, last]) => code >= first && code <= last))
    .map((code) => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`);
}
