// Zones: shapes, postal codes, and their names as HTML, so that no font has to be fetched.
import { Marker } from "maplibre-gl";

const PATTERNS = { not_served: "hatch", elsewhere: "dots" };

/** @param {string} text @param {string} kind @returns {HTMLElement} a name on the map; the lists say it to everybody */
function label(text, kind) {
  const element = document.createElement("div");
  element.className = `map-label ${kind.replace("_", "-")}`;
  element.setAttribute("aria-hidden", "true");
  element.textContent = text;
  return element;
}

/** Hide the names that would stand on others; nearer by there is room for them. */
function declutter(map, labels) {
  const taken = [];
  for (const { element, at } of labels) {
    const { x, y } = map.project(at);
    const [wide, high] = [element.offsetWidth / 2, element.offsetHeight / 2];
    const box = [x - wide, y - high, x + wide, y + high];
    const isFree = taken.every((other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);
    element.classList.toggle("crowded", !isFree);
    if (isFree) taken.push(box);
  }
}

/**
 * @param {object} canvas @param {object} zones @param {{faint: boolean}} manner faint ones are only there for comparison
 */
export function showZones(canvas, zones, { faint }) {
  canvas.source("zones", zones.shapes);
  canvas.source("codes", zones.codes);
  canvas.layer("zones-fill", "zones", "fill", { "fill-color": ["get", "colour"], "fill-opacity": faint ? 0.07 : 0.16 });
  for (const [kind, pattern] of Object.entries(PATTERNS)) {
    canvas.layer(`zones-${kind}`, "zones", "fill", { "fill-pattern": pattern, "fill-opacity": faint ? 0.35 : 0.8 }, {
      filter: ["==", ["get", "kind"], kind],
    });
  }
  canvas.layer("zones-edge", "zones", "line", {
    "line-color": ["get", "colour"],
    "line-width": faint ? 1 : 1.75,
    "line-opacity": faint ? 0.6 : 1,
    "line-dasharray": [3, 2],
  });
  canvas.layer("codes-dot", "codes", "circle", {
    "circle-color": ["get", "colour"],
    "circle-radius": faint ? 6 : 9,
    "circle-opacity": faint ? 0.12 : 0.28,
    "circle-stroke-color": ["get", "colour"],
    "circle-stroke-width": 1.5,
    "circle-stroke-opacity": faint ? 0.5 : 1,
  });
  const labels = zones.labels.map(({ text, kind, at }) => {
    const element = label(text, kind);
    new Marker({ element }).setLngLat(at).addTo(canvas.map);
    return { element, at };
  });
  labels.reverse(); // what is drawn on top is said first
  const clear = () => declutter(canvas.map, labels);
  canvas.map.on("zoomend", clear);
  canvas.map.once("idle", clear);
  for (const { geometry } of [...zones.shapes.features, ...zones.codes.features]) canvas.includeAll(geometry);
}
