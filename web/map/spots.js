// Single spots: an address that is traced, customers who would move, faults of a shape, two versions of one.
import { Marker } from "maplibre-gl";

/** @param {string} kind @param {string} text @param {string} title @returns {HTMLElement} */
function spot(kind, text, title) {
  const element = document.createElement("div");
  element.className = `map-sign ${kind}`;
  element.textContent = text;
  element.title = title;
  element.setAttribute("aria-hidden", "true"); // steps, tables and faults beside the map say it
  return element;
}

function showTrace(canvas, trace) {
  const put = (element, at) => new Marker({ element }).setLngLat(at).addTo(canvas.map);
  if (trace.hub) {
    canvas.source("to-hub", {
      type: "Feature",
      properties: {},
      geometry: { type: "LineString", coordinates: [trace.at, trace.hub.at] },
    });
    canvas.layer("to-hub", "to-hub", "line", { "line-color": "#6b7480", "line-width": 2, "line-dasharray": [2, 2] });
    put(spot("hub", "", trace.hub.name), trace.hub.at);
  }
  new Marker({ element: spot("place", "", trace.title), anchor: "bottom" }).setLngLat(trace.at).addTo(canvas.map);
  canvas.refit();
  canvas.include(trace.at);
  if (trace.hub) canvas.include(trace.hub.at);
  for (const zone of trace.candidates) {
    for (const { properties, geometry } of canvas.map.getSource("zones").serialize().data.features) {
      if (properties.zone === zone) canvas.includeAll(geometry);
    }
  }
}

function showVersions(canvas, versions) {
  canvas.refit();
  for (const [name, dash] of [["theirs", [3, 2]], ["mine", null]]) {
    if (!versions[name]) continue;
    canvas.source(name, { type: "Feature", properties: {}, geometry: versions[name] });
    canvas.layer(name, name, "line", {
      "line-color": name === "mine" ? "#1f5fbf" : "#b3261e",
      "line-width": 3,
      ...(dash ? { "line-dasharray": dash } : {}),
    });
    canvas.includeAll(versions[name]);
  }
}

/** @param {object} canvas @param {object} content */
export function showSpots(canvas, content) {
  const { map } = canvas;
  if (content.trace) showTrace(canvas, content.trace);
  if (content.versions) showVersions(canvas, content.versions);
  if (content.edit?.shape) {
    canvas.refit();
    canvas.includeAll(content.edit.shape);
  }
  const codes = content.draft_codes ?? [];
  if (codes.length > 0) canvas.refit();
  for (const { code, at } of codes) {
    new Marker({ element: spot("code", code, code) }).setLngLat(at).addTo(map);
    canvas.include(at);
  }
  for (const { at, title } of content.dots ?? []) {
    new Marker({ element: spot("moved", "", title) }).setLngLat(at).addTo(map);
    canvas.include(at);
  }
  for (const at of content.faults ?? []) new Marker({ element: spot("fault", "×", "Something is wrong here") }).setLngLat(at).addTo(map);
}
