/** An axis from its first tick to its last. */
export interface Axis {
  label: string;
  isLogarithmic: boolean;
  ticks: readonly { at: number; text: string }[];
}

export interface Series {
  name: string;
  points: readonly { x: number; y: number }[];
  isDashed?: boolean;
}

export interface Plot {
  title: string;
  x: Axis;
  y: Axis;
  series: readonly Series[];
}

const SIZE = { width: 800, height: 400 };
const AREA = { left: 76, right: 560, top: 52, bottom: 342 };
/** Least distance of two names of series, in pixels. */
const LINE_HEIGHT = 18;
/** The colours of GitHub's palette, for light and dark. */
const COLOURS = [
  ["#0969da", "#4493f8"],
  ["#bc4c00", "#db6d28"],
  ["#1a7f37", "#3fb950"],
  ["#8250df", "#ab7df8"],
  ["#bf3989", "#db61a2"],
] as const;
const STYLE = `
  text { font-family: -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; font-size: 13px; fill: #59636e; }
  .card { fill: #ffffff; }
  .title { font-size: 15px; font-weight: 600; fill: #1f2328; }
  .grid { stroke: #d1d9e0; stroke-width: 1; }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
  .dashed { stroke-dasharray: 6 4; }
  ${COLOURS.map(([light], index) => `.s${index} { stroke: ${light}; } text.n${index} { fill: ${light}; }`).join("\n  ")}
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1; }
    .card { fill: #0d1117; }
    .title { fill: #f0f6fc; }
    .grid { stroke: #3d444d; }
    ${COLOURS.map(([, dark], index) => `.s${index} { stroke: ${dark}; } text.n${index} { fill: ${dark}; }`).join("\n    ")}
  }
`;

/** Draws lines over two axes as an SVG that follows the reader's light or dark theme. */
export function drawPlot({ title, x, y, series }: Plot): string {
  const toX = scale(x, AREA.left, AREA.right);
  const toY = scale(y, AREA.bottom, AREA.top);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}" role="img">`,
    `<title>${title}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="card" width="${SIZE.width}" height="${SIZE.height}" rx="12"/>`,
    `<text class="title" x="${AREA.left}" y="28">${title}</text>`,
    ...x.ticks.map(({ at, text }) => drawTick(text, toX(at), "x")),
    ...y.ticks.map(({ at, text }) => drawTick(text, toY(at), "y")),
    `<text x="${(AREA.left + AREA.right) / 2}" y="${SIZE.height - 14}" text-anchor="middle">${x.label}</text>`,
    ...(y.label === ""
      ? []
      : [
          `<text transform="translate(18 ${(AREA.top + AREA.bottom) / 2}) rotate(-90)" text-anchor="middle">${y.label}</text>`,
        ]),
    ...series.map(({ points, isDashed = false }, index) => {
      const path = points.map((point) => `${toX(point.x)} ${toY(point.y)}`).join("L");
      return `<path class="line s${index}${isDashed ? " dashed" : ""}" d="M${path}"/>`;
    }),
    ...drawNames(series, toY),
    "</svg>\n",
  ].join("\n");
}

function scale({ isLogarithmic, ticks }: Axis, from: number, to: number): (value: number) => number {
  const along = isLogarithmic ? Math.log : (value: number) => value;
  const [first, last] = [along(ticks[0]?.at ?? 1), along(ticks.at(-1)?.at ?? 1)];
  return (value) => round(from + ((along(value) - first) / (last - first)) * (to - from));
}

function drawTick(text: string, at: number, axis: "x" | "y"): string {
  return axis === "x"
    ? `<path class="grid" d="M${at} ${AREA.top}V${AREA.bottom}"/><text x="${at}" y="${AREA.bottom + 20}" text-anchor="middle">${text}</text>`
    : `<path class="grid" d="M${AREA.left} ${at}H${AREA.right}"/><text x="${AREA.left - 8}" y="${at + 4}" text-anchor="end">${text}</text>`;
}

/** Draws the name of each series to the right of the lines, at the height of its end, and moves names that would overlap. */
function drawNames(series: readonly Series[], toY: (value: number) => number): string[] {
  const ends = series
    .map(({ name, points }, index) => ({ name, index, y: toY(points.at(-1)?.y ?? 1) }))
    .toSorted((a, b) => a.y - b.y);
  let above = Number.NEGATIVE_INFINITY;
  return ends.map(({ name, index, y }) => {
    above = Math.max(y, above + LINE_HEIGHT);
    return `<text class="n${index}" x="${AREA.right + 10}" y="${round(above + 4)}">${name}</text>`;
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
