// The legend beside a chart: each series by its line, its marker or its filling, and its name.
import { LOOKS } from "./looks.js";

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @param {Record<string, string>} attributes */
function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** @param {number} at @param {boolean} bars */
function swatch(at, bars) {
  const picture = shape("svg", { viewBox: "0 0 32 16", width: "32", height: "16", class: `series-${at + 1}`, "aria-hidden": "true" });
  if (bars) {
    picture.append(shape("rect", { x: "6", y: "2", width: "20", height: "12", stroke: "currentColor", "stroke-width": "2", fill: at ? "none" : "currentColor" }));
    if (at) picture.append(shape("path", { d: "M6 10 14 2M10 14 22 2M18 14 26 6", stroke: "currentColor", "stroke-width": "1.5" }));
    return picture;
  }
  const { dash, marker } = LOOKS[at];
  picture.append(shape("path", { d: "M0 8h32", stroke: "currentColor", "stroke-width": "2", "stroke-dasharray": dash.join(" ") }));
  const fill = { fill: "currentColor" };
  if (marker === "circle") picture.append(shape("circle", { cx: "16", cy: "8", r: "4", ...fill }));
  else if (marker === "square") picture.append(shape("rect", { x: "12", y: "4", width: "8", height: "8", ...fill }));
  else picture.append(shape("path", { d: "M16 3l5 8H11z", ...fill }));
  return picture;
}

/** @param {Element} list @param {{ look: string, series: { name: string }[] }} chart */
export function fillLegend(list, { look, series }) {
  list.replaceChildren(
    ...series.map(({ name }, at) => {
      const entry = document.createElement("li");
      entry.append(swatch(at, look === "bars"), name);
      return entry;
    }),
  );
}
