// Circles: the centre and the rim can be dragged, and the numbers of the form follow, as the circle follows them.
import { Marker } from "maplibre-gl";

const EARTH_M = 6_371_008.8;
const CORNERS = 72;
const START_M = 3_000;
const rad = (degrees) => (degrees * Math.PI) / 180;
const deg = (radians) => (radians * 180) / Math.PI;

/** @returns {number[]} the spot so many metres from a centre, in a direction */
function away([lng, lat], metres, bearing) {
  const angle = metres / EARTH_M;
  const sine = Math.sin(rad(lat)) * Math.cos(angle) + Math.cos(rad(lat)) * Math.sin(angle) * Math.cos(bearing);
  const east = Math.sin(bearing) * Math.sin(angle) * Math.cos(rad(lat));
  return [lng + deg(Math.atan2(east, Math.cos(angle) - Math.sin(rad(lat)) * sine)), deg(Math.asin(sine))];
}

/** @returns {number} metres between two spots */
function distance([lng, lat], [toLng, toLat]) {
  const h =
    Math.sin(rad(toLat - lat) / 2) ** 2 +
    Math.cos(rad(lat)) * Math.cos(rad(toLat)) * Math.sin(rad(toLng - lng) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

const ring = (centre, metres) => ({
  type: "Feature",
  properties: {},
  geometry: {
    type: "Polygon",
    coordinates: [Array.from({ length: CORNERS + 1 }, (_, at) => away(centre, metres, (2 * Math.PI * at) / CORNERS))],
  },
});

function handle(kind, title) {
  const element = document.createElement("div");
  element.className = `map-handle ${kind}`;
  element.title = title;
  element.setAttribute("aria-hidden", "true"); // the fields do the same
  return element;
}

/** @param {object} canvas @param {object} edit */
export function editRadius(canvas, edit) {
  const set = canvas.source("circle");
  canvas.layer("circle-fill", "circle", "fill", { "fill-color": "#1f5fbf", "fill-opacity": 0.18 });
  canvas.layer("circle-edge", "circle", "line", { "line-color": "#1f5fbf", "line-width": 3 });
  if (!edit.may) {
    if (edit.shape) set({ type: "Feature", properties: {}, geometry: edit.shape });
    return;
  }
  const field = (id) => document.querySelector(`#${id}`);
  const [lat, lng, metres] = [field("lat"), field("lng"), field("radius_m")];
  if (!metres.value) metres.value = String(START_M);
  const centre = new Marker({ element: handle("centre", "Drag the centre"), draggable: true });
  const rim = new Marker({ element: handle("rim", "Drag the rim"), draggable: true });
  const number = (input) => Number(input.value.trim().replace(",", ".") || Number.NaN);

  const show = () => {
    const [at, size] = [[number(lng), number(lat)], number(metres)];
    if (!at.every(Number.isFinite) || Math.abs(at[1]) > 90 || !(size > 0)) return;
    set(ring(at, size));
    centre.setLngLat(at).addTo(canvas.map);
    rim.setLngLat(away(at, size, Math.PI / 2)).addTo(canvas.map);
  };
  centre.on("drag", () => {
    const at = centre.getLngLat();
    [lat.value, lng.value] = [at.lat.toFixed(6), at.lng.toFixed(6)];
    show();
  });
  rim.on("drag", () => {
    metres.value = String(Math.max(1, Math.round(distance([number(lng), number(lat)], rim.getLngLat().toArray()))));
    set(ring([number(lng), number(lat)], number(metres)));
  });
  rim.on("dragend", show);
  for (const input of [lat, lng, metres]) input.addEventListener("input", show);
  for (const hint of document.querySelectorAll("[data-tools]")) hint.hidden = false;
  show();
  canvas.refit();
  canvas.includeAll(ring([number(lng), number(lat)], number(metres)).geometry);
}
