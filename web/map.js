// The maps of the desk. Without WebGL2 the server's drawing stays where it is, linked with the lists just the same.
import "./styles/desk/map.css";
import { openCanvas } from "./map/canvas.js";
import { linked } from "./map/linked.js";
import { showDay } from "./map/day.js";
import { showZones } from "./map/zones.js";
import { showSpots } from "./map/spots.js";
import { editPolygon } from "./map/polygon.js";
import { editRadius } from "./map/radius.js";

const EDITORS = { polygon: editPolygon, radius: editRadius };

async function start() {
  const section = document.querySelector("[data-map]");
  if (!section) return;
  const content = JSON.parse(document.querySelector("#map-data").textContent);
  const link = linked(section);
  const canvas = await openCanvas(section, content);
  if (canvas && content.zones) showZones(canvas, content.zones, { faint: Boolean(content.edit) });
  if (content.data) await showDay(canvas, content, link);
  if (!canvas) return;
  showSpots(canvas, content);
  if (content.edit) EDITORS[content.edit.kind]?.(canvas, content.edit);
  canvas.fit();
  canvas.map.once("idle", () => (section.dataset.ready = ""));
}

start();
