// How series are told apart: by colour, and by dash and marker as well.

/** @typedef {{ dash: number[], marker: "circle" | "square" | "triangle" }} Look */

/** @type {Look[]} */
export const LOOKS = [
  { dash: [], marker: "circle" },
  { dash: [8, 4], marker: "square" },
  { dash: [2, 4], marker: "triangle" },
];

const TRIANGLE = Math.sqrt(3) / 2;

/** @param {Look["marker"]} marker @param {number} x @param {number} y @param {number} r @returns {Path2D} */
export function markerAt(marker, x, y, r) {
  const path = new Path2D();
  if (marker === "circle") path.arc(x, y, r, 0, 2 * Math.PI);
  else if (marker === "square") path.rect(x - r, y - r, 2 * r, 2 * r);
  else {
    path.moveTo(x, y - 1.2 * r);
    path.lineTo(x + 1.2 * r * TRIANGLE, y + 0.7 * r);
    path.lineTo(x - 1.2 * r * TRIANGLE, y + 0.7 * r);
    path.closePath();
  }
  return path;
}

/** @param {string} colour @param {number} ratio @returns {CanvasPattern} a hatching, for the second of two bars */
export function hatching(colour, ratio) {
  const size = Math.round(6 * ratio);
  const tile = new OffscreenCanvas(size, size);
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5 * ratio;
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}
