import { scene } from "../pictures/scene.ts";
import { svgFile as svgOf } from "../pictures/svg-file.ts";

/** Larger than the other cases, so that no rendition is scaled down. */
const svgFile = (content: string, attributes = 'width="128" height="96" viewBox="0 0 64 48"') =>
  svgOf(content, attributes);

const SHAPES = `<rect x="4" y="4" width="24" height="20" fill="#e63946"/><circle cx="44" cy="24" r="14" fill="#457b9d"/>
  <path d="M8 44L20 28L32 44Z" fill="#2a9d8f"/>`;
const GRADIENT = `<linearGradient id="g"><stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient>
  <radialGradient id="r"><stop stop-color="#fff"/><stop offset="1" stop-color="#080" stop-opacity="0"/></radialGradient>`;

/** Drawings: their shapes, paints, effects and sizes. Texts are left out, as a browser has other fonts. */
export const SVG_SHAPES: Record<string, () => Promise<Buffer>> = {
  shapes: async () => svgFile(SHAPES),
  strokes: async () =>
    svgFile(
      `<g fill="none" stroke="#123456" stroke-width="5"><path d="M6 40Q20 0 34 40T60 20" stroke-linecap="round"/><rect x="8" y="8" width="40" height="30" stroke="#c00" stroke-dasharray="7 4"/></g>`,
    ),
  gradients: async () =>
    svgFile(
      `${GRADIENT}<rect width="64" height="24" fill="url(#g)"/><circle cx="32" cy="34" r="12" fill="url(#r)"/>`,
    ),
  transparency: async () =>
    svgFile(
      `<g opacity=".5">${SHAPES}</g><rect y="20" width="64" height="10" fill="#0f0" fill-opacity=".3"/>`,
    ),
  "transforms and uses": async () =>
    svgFile(
      `<symbol id="s" viewBox="0 0 10 10"><path d="M0 0h10v5h-10z"/></symbol><use href="#s" width="20" height="20" fill="#a0f"/><g transform="translate(40 10) rotate(30) scale(1.5)"><rect width="12" height="8"/></g>`,
    ),
  "clips and masks": async () =>
    svgFile(
      `${GRADIENT}<clipPath id="c"><circle cx="20" cy="24" r="16"/></clipPath><mask id="m"><rect x="32" width="32" height="48" fill="url(#g)"/></mask><rect width="40" height="48" fill="#c60" clip-path="url(#c)"/><rect x="32" width="32" height="48" fill="#06c" mask="url(#m)"/>`,
    ),
  patterns: async () =>
    svgFile(
      `<pattern id="p" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="4" height="4" fill="#f60"/></pattern><rect width="64" height="48" fill="url(#p)"/>`,
    ),
  styles: async () =>
    svgFile(
      `<style>.a { fill: #093 } g > rect { fill: rgb(200 0 0) }</style><g><rect width="30" height="30"/></g><circle class="a" cx="45" cy="25" r="12"/>`,
    ),
  "a filter": async () =>
    svgFile(
      `<filter id="f"><feGaussianBlur stdDeviation="3"/></filter><rect x="16" y="12" width="30" height="24" fill="#d00" filter="url(#f)"/>`,
    ),
  "shapes outside of it": async () => svgFile(`${SHAPES}<g opacity=".5"><path d="M100 100h20v20z"/></g>`),
  "a picture in it": async () => {
    const png = (await scene(128, 96).png().toBuffer()).toString("base64");
    return svgFile(`<image width="64" height="48" href="data:image/png;base64,${png}"/>`);
  },
  "a nested drawing": async () =>
    svgFile(`<svg x="8" y="8" width="30" height="30" viewBox="0 0 64 48">${SHAPES}</svg>`),
  "no namespace of links": async () =>
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="128" height="96">${SHAPES}</svg>`),
};

/** The same drawing with other sizes, which are those that CSS gives to an image. */
export const SVG_SIZES: Record<string, () => Promise<Buffer>> = Object.fromEntries(
  Object.entries({
    "a box of the shape": 'width="128" height="96" viewBox="0 0 64 48"',
    "a wider box": 'width="128" height="96" viewBox="0 0 128 48"',
    "a box to fill": 'width="128" height="96" viewBox="0 0 32 48" preserveAspectRatio="xMinYMin slice"',
    "a box to stretch": 'width="128" height="96" viewBox="0 0 32 48" preserveAspectRatio="none"',
    "a box that begins elsewhere": 'width="128" height="96" viewBox="-8 -8 80 60"',
    "a width": 'width="128" viewBox="0 0 64 40"',
    "a height": 'height="96" viewBox="0 0 64 48"',
    "other units": 'width="96pt" height="1in"',
    "a box alone": 'viewBox="0 0 64 48"',
    "a tall box alone": 'viewBox="0 0 40 48"',
    "a style, which does not count": 'style="width:64px;height:48px" viewBox="0 0 64 48"',
    "shares of nothing": 'width="100%" height="100%" viewBox="0 0 64 48"',
    "a width without a box": 'width="128"',
    "a height without a box": 'height="100"',
    "no size": "",
  }).map(([name, attributes]) => [name, async () => svgFile(SHAPES, attributes)]),
);
