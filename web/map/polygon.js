// Drawing areas: new ones, corners that are moved, put in and taken out, holes; the text of the form follows.
import { TerraDraw, TerraDrawModeUndoRedo, TerraDrawPolygonMode, TerraDrawSelectMode, TerraDrawSessionUndoRedo } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { readShape, writeShape } from "./shape_text.js";

const INK = "#1f5fbf";
const HOLE = "#b3261e";
const PRECISION = 9;
const TYPING_MS = 400;
const HINTS = {
  draw: "Click corner by corner; click the first one again, or press Enter, to close the area. Escape gives it up.",
  hole: "Click the corners of what is to be cut out, inside an area; click the first one again to close it.",
  select: "Click an area, then drag its corners, or drag a point between two for a new one. A right click takes a corner out.",
};

const round = (ring) => ring.map(([lng, lat]) => [Number(lng.toFixed(PRECISION)), Number(lat.toFixed(PRECISION))]);

/** @param {number[]} spot @param {number[][]} ring @returns {boolean} */
function isInside([x, y], ring) {
  let inside = false;
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
    const [[ax, ay], [bx, by]] = [ring[at], ring[before]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** @param {object[]} features of the drawing @returns {number[][][][]} the parts that they make: shells with their holes */
function partsOf(features) {
  const done = features.filter(({ geometry, properties }) => geometry.type === "Polygon" && !properties.currentlyDrawing);
  const parts = done.filter(({ properties }) => !properties.hole).map(({ geometry }) => [geometry.coordinates[0]]);
  for (const { geometry } of done.filter(({ properties }) => properties.hole)) {
    const ring = geometry.coordinates[0];
    (parts.find(([shell]) => isInside(ring[0], shell)) ?? parts[0])?.push(ring);
  }
  return parts;
}

function drawingOn(map) {
  const colour = ({ properties }) => (properties.hole ? HOLE : INK);
  return new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: PRECISION }),
    modes: [
      new TerraDrawPolygonMode({
        showCoordinatePoints: true,
        styles: {
          fillColor: colour,
          fillOpacity: 0.18,
          outlineColor: colour,
          outlineWidth: 3,
          closingPointColor: INK,
          closingPointWidth: 7,
          closingPointOutlineColor: "#ffffff",
          closingPointOutlineWidth: 2,
          coordinatePointColor: "#ffffff",
          coordinatePointOutlineColor: INK,
          coordinatePointWidth: 4,
          coordinatePointOutlineWidth: 2,
        },
      }),
      new TerraDrawSelectMode({
        flags: {
          polygon: { feature: { draggable: true, coordinates: { midpoints: { draggable: true }, draggable: true, deletable: true } } },
        },
        styles: {
          selectedPolygonColor: INK,
          selectedPolygonFillOpacity: 0.22,
          selectedPolygonOutlineColor: INK,
          selectedPolygonOutlineWidth: 3,
          selectionPointColor: "#ffffff",
          selectionPointOutlineColor: INK,
          selectionPointWidth: 6,
          selectionPointOutlineWidth: 3,
          midPointColor: INK,
          midPointOutlineColor: "#ffffff",
          midPointWidth: 4,
          midPointOutlineWidth: 1,
        },
      }),
    ],
    undoRedo: { modeLevel: new TerraDrawModeUndoRedo(), sessionLevel: new TerraDrawSessionUndoRedo() },
  });
}

/** @param {object} canvas @param {object} edit what the server says of the boundary */
export function editPolygon(canvas, edit) {
  if (!edit.may) {
    if (edit.shape) showOnly(canvas, edit.shape);
    return;
  }
  const [text, said] = [document.querySelector("#shape"), document.querySelector("[data-shape-said]")];
  const tools = document.querySelector("[data-tools]");
  const hint = tools.querySelector("[data-tool-hint]");
  const tool = (name) => tools.querySelector(`[data-tool="${name}"]`);
  const draw = drawingOn(canvas.map);
  let cutting = false;
  let selected = null;
  let isReading = false;

  const use = (name) => {
    cutting = name === "hole";
    draw.setMode(name === "select" ? "select" : "polygon");
    for (const each of ["draw", "hole", "select"]) tool(each).setAttribute("aria-pressed", String(each === name));
    hint.textContent = HINTS[name];
    canvas.element.dataset.mode = name;
  };
  const write = () => {
    const parts = partsOf(draw.getSnapshot());
    text.value = writeShape(parts, Boolean(text.value.trim()) && !/^\s*[{[]/.test(text.value));
    const corners = parts.flat().reduce((sum, ring) => sum + ring.length - 1, 0);
    said.textContent = parts.length > 0 ? `${corners} corners${parts.length > 1 ? ` in ${parts.length} parts` : ""}.` : "";
    text.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const read = () => {
    const { parts, fault } = readShape(text.value);
    said.textContent = fault;
    if (fault) return;
    isReading = true;
    draw.clear();
    const shape = (ring, hole) => ({
      type: "Feature",
      properties: { mode: "polygon", ...(hole ? { hole: true } : {}) },
      geometry: { type: "Polygon", coordinates: [round(ring)] },
    });
    const refused = draw
      .addFeatures(parts.flatMap((part) => part.map((ring, at) => shape(ring, at > 0))))
      .find(({ valid }) => !valid);
    if (refused) said.textContent = "Part of this can't be shown in the drawing. Look at it after saving, or use Preview.";
    draw.clearUndoRedoHistory();
    isReading = false;
    selected = null;
    enable();
  };
  const enable = () => {
    tool("undo").disabled = !draw.canUndo();
    tool("delete").disabled = selected === null;
  };

  draw.start();
  read();
  draw.on("finish", (id, { action }) => {
    if (action === "draw") {
      if (cutting) draw.updateFeatureProperties(id, { hole: true });
      // Not at once: the drawing is still busy with the click that closed the area.
      setTimeout(() => {
        use("select");
        draw.selectFeature(id);
      });
    }
    write();
  });
  draw.on("change", (_, type) => {
    if (isReading) return;
    enable();
    if (type === "delete") write();
  });
  draw.on("history", enable);
  draw.on("select", (id) => {
    selected = id;
    enable();
  });
  draw.on("deselect", () => {
    selected = null;
    enable();
  });
  for (const name of ["draw", "hole", "select"]) tool(name).addEventListener("click", () => use(name));
  tool("undo").addEventListener("click", () => {
    draw.undo();
    write();
    enable();
  });
  tool("delete").addEventListener("click", () => {
    if (selected === null) return;
    const gone = selected;
    draw.deselectFeature(gone);
    draw.removeFeatures([gone]);
    write();
    enable();
  });
  let typing;
  text.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(read, TYPING_MS);
  });
  tools.hidden = false;
  use(partsOf(draw.getSnapshot()).length > 0 ? "select" : "draw");
}

function showOnly(canvas, shape) {
  canvas.source("shape", { type: "Feature", properties: {}, geometry: shape });
  canvas.layer("shape-fill", "shape", "fill", { "fill-color": INK, "fill-opacity": 0.2 });
  canvas.layer("shape-edge", "shape", "line", { "line-color": INK, "line-width": 3 });
}
