/** One line or cloud of points, in the plot's own units. */
export interface Series {
  name: string;
  points: readonly { x: number; y: number; label?: string }[];
  isLine: boolean;
}

export interface PlotOptions {
  title: string;
  x: { name: string; isLogarithmic?: boolean; ticks: readonly number[] };
  y: { name: string; ticks: readonly number[] };
}

const WIDTH = 760;
const HEIGHT = 440;
const LEFT = 70;
const RIGHT = 190;
const TOP = 50;
const BOTTOM = 60;
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/** A plot with axes, grid and legend, as an SVG file; the colours are told apart by the colour-blind too (Okabe and Ito). */
export function svgPlot(series: readonly Series[], options: PlotOptions): string {
  const place = placer(options);
  const grid = [
    ...options.x.ticks.map((tick) => verticalLine(place, tick)),
    ...options.y.ticks.map((tick) => horizontalLine(place, tick)),
  ];
  const drawn = series.map((one, index) =>
    drawSeries(one, COLOURS[index % COLOURS.length] ?? "#000000", place),
  );
  const legend = series.map(({ name }, index) => legendEntry(name, index));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<title>${toText(options.title)}</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
<text x="${LEFT}" y="28" font-size="15" font-weight="bold">${toText(options.title)}</text>
${[...grid, ...drawn, ...legend].join("\n")}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 14}" text-anchor="middle">${toText(options.x.name)}</text>
<text transform="translate(18 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${toText(options.y.name)}</text>
</svg>
`;
}

type Place = (point: { x: number; y: number }) => { x: number; y: number };

function placer({ x, y }: PlotOptions): Place {
  const scale = (value: number) => (x.isLogarithmic ? Math.log(value) : value);
  const [left, right] = [scale(Math.min(...x.ticks)), scale(Math.max(...x.ticks))];
  const [low, high] = [Math.min(...y.ticks), Math.max(...y.ticks)];
  return (point) => ({
    x: LEFT + ((scale(point.x) - left) / (right - left)) * (WIDTH - LEFT - RIGHT),
    y: HEIGHT - BOTTOM - ((point.y - low) / (high - low)) * (HEIGHT - TOP - BOTTOM),
  });
}

function verticalLine(place: Place, tick: number): string {
  const { x } = place({ x: tick, y: 0 });
  return `<path d="M${x.toFixed(1)} ${TOP}V${HEIGHT - BOTTOM}" stroke="#dddddd"/><text x="${x.toFixed(1)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${tick}</text>`;
}

function horizontalLine(place: Place, tick: number): string {
  const { y } = place({ x: 1, y: tick });
  return `<path d="M${LEFT} ${y.toFixed(1)}H${WIDTH - RIGHT}" stroke="#dddddd"/><text x="${LEFT - 8}" y="${(y + 4).toFixed(1)}" text-anchor="end">${tick}</text>`;
}

function drawSeries({ points, isLine }: Series, colour: string, place: Place): string {
  const placed = points.map((point) => ({ ...place(point), label: point.label }));
  const path = placed.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
  const line = isLine ? `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>` : "";
  const marks = placed.map(({ x, y, label }) => {
    const dot =
      isLine && label === undefined
        ? ""
        : `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4" fill="${colour}"/>`;
    const text =
      label === undefined
        ? ""
        : `<text x="${(x + 7).toFixed(1)}" y="${(y - 5).toFixed(1)}" font-size="10">${toText(label)}</text>`;
    return dot + text;
  });
  return line + marks.join("");
}

function legendEntry(name: string, index: number): string {
  const y = TOP + 10 + 20 * index;
  const x = WIDTH - RIGHT + 16;
  return `<rect x="${x}" y="${y - 9}" width="12" height="12" fill="${COLOURS[index % COLOURS.length]}"/><text x="${x + 18}" y="${y + 2}">${toText(name)}</text>`;
}

function toText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
