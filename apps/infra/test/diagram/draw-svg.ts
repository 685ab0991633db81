import type { Layout, PlacedEdge, PlacedNode, Point } from "./layout.ts";

const CORNER = 8;
/** Icons of 24 by 24, in one path each. */
const ICONS: Readonly<Record<PlacedNode["kind"], string>> = {
  bucket: "M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3Zm0 0 2 13c.2 1.1 2.8 2 6 2s5.8-.9 6-2l2-13",
  function: "M6 4h3.5L18 20M10.7 9.5 5 20",
  topic: "M4 12h5m0 0 8-7m-8 7h9m-9 0 8 7M17 5h3m-2 7h2m-3 7h3",
  queue: "M3 7h18v10H3ZM8 7v10m5-10v10m5-10v10",
  machine: "M9 3h6v5H9ZM3 16h6v5H3Zm12 0h6v5h-6ZM12 8v4m-6 4v-4h12v4",
  cdn: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM3 12h18M12 3c5 5 5 13 0 18m0-18c-5 5-5 13 0 18",
  schedule: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm0 4v5l3.5 2",
};
const STYLE = `
  text { font-family: -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
  .card { fill: #ffffff; }
  .name { fill: #1f2328; font-size: 15px; font-weight: 600; }
  .detail, .label { fill: #59636e; font-size: 13px; }
  .label { text-anchor: middle; dominant-baseline: central; }
  .halo { fill: #ffffff; }
  .edge { fill: none; stroke: #818b98; stroke-width: 1.5; }
  .head { fill: #818b98; }
  .box { stroke-width: 1.5; }
  .icon { fill: none; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
  .bucket .box { fill: #e9f6ec; stroke: #1a7f37; } .bucket .icon { stroke: #1a7f37; }
  .function .box { fill: #fff1e5; stroke: #bc4c00; } .function .icon { stroke: #bc4c00; }
  .topic .box { fill: #ffeff7; stroke: #bf3989; } .topic .icon { stroke: #bf3989; }
  .queue .box { fill: #ddf4ff; stroke: #0969da; } .queue .icon { stroke: #0969da; }
  .machine .box { fill: #fbefff; stroke: #8250df; } .machine .icon { stroke: #8250df; }
  .cdn .box { fill: #e6f7f4; stroke: #0b6b57; } .cdn .icon { stroke: #0b6b57; }
  .schedule .box { fill: #f6f8fa; stroke: #59636e; } .schedule .icon { stroke: #59636e; }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; }
    .name { fill: #f0f6fc; }
    .detail, .label { fill: #9198a1; }
    .halo { fill: #0d1117; }
    .edge { stroke: #656c76; }
    .head { fill: #656c76; }
    .bucket .box { fill: #12261e; stroke: #3fb950; } .bucket .icon { stroke: #3fb950; }
    .function .box { fill: #2a1d12; stroke: #db6d28; } .function .icon { stroke: #db6d28; }
    .topic .box { fill: #2b1625; stroke: #db61a2; } .topic .icon { stroke: #db61a2; }
    .queue .box { fill: #121d2f; stroke: #4493f8; } .queue .icon { stroke: #4493f8; }
    .machine .box { fill: #211a35; stroke: #ab7df8; } .machine .icon { stroke: #ab7df8; }
    .cdn .box { fill: #0f2521; stroke: #3fb8a0; } .cdn .icon { stroke: #3fb8a0; }
    .schedule .box { fill: #151b23; stroke: #9198a1; } .schedule .icon { stroke: #9198a1; }
  }
`;

/** Draws a layout as an SVG that follows the reader's light or dark theme. */
export function drawSvg({ width, height, nodes, edges }: Layout, title: string): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${title}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="card" width="${width}" height="${height}" rx="12"/>`,
    ...edges.map(drawEdge),
    ...nodes.map(drawNode),
    ...edges.map(drawLabel),
    "</svg>\n",
  ].join("\n");
}

function drawNode({ x, y, width, height, kind, name, detail }: PlacedNode): string {
  return [
    `<g class="${kind}" transform="translate(${round(x)} ${round(y)})">`,
    `<rect class="box" width="${width}" height="${height}" rx="8"/>`,
    `<path class="icon" transform="translate(9 ${height / 2 - 12})" d="${ICONS[kind]}"/>`,
    `<text class="name" x="39" y="${height / 2 - 4}">${name}</text>`,
    `<text class="detail" x="39" y="${height / 2 + 14}">${detail}</text>`,
    "</g>",
  ].join("");
}

function drawEdge({ points }: PlacedEdge): string {
  const [last, before] = [points.at(-1), points.at(-2)];
  if (!last || !before) return "";
  return `<path class="edge" d="${rounded(points)}"/>${arrowHead(before, last)}`;
}

function drawLabel({ label, labelAt }: PlacedEdge): string {
  if (!labelAt) return "";
  const width = label.length * 6.8 + 6;
  const at = `x="${round(labelAt.x)}" y="${round(labelAt.y)}"`;
  return `<rect class="halo" x="${round(labelAt.x - width / 2)}" y="${round(labelAt.y - 9)}" width="${round(width)}" height="18"/><text class="label" ${at}>${label}</text>`;
}

/** Returns a path through the points with rounded corners. */
function rounded(points: readonly Point[]): string {
  return points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (!before) return `M${at(point)}`;
      if (!after) return `L${at(point)}`;
      return `L${at(towards(point, before))}Q${at(point)} ${at(towards(point, after))}`;
    })
    .join("");
}

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const step = Math.min(CORNER, length / 2) / (length || 1);
  return { x: from.x + (to.x - from.x) * step, y: from.y + (to.y - from.y) * step };
}

function arrowHead(before: Point, tip: Point): string {
  const angle = Math.round((Math.atan2(tip.y - before.y, tip.x - before.x) * 180) / Math.PI);
  return `<path class="head" transform="translate(${at(tip)}) rotate(${angle})" d="M0 0 -9 -4.5 -9 4.5Z"/>`;
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
