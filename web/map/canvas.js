// The map itself: its ground, and what everything on it is measured by.
import { addProtocol, LngLatBounds, Map, NavigationControl, setWorkerUrl } from "maplibre-gl";
import { DARK, layers, LIGHT } from "@protomaps/basemaps";
import { Protocol } from "pmtiles";

const NOTHING = { type: "FeatureCollection", features: [] };
const PADDING = 48;
const NEAREST = 12; // how near something small is shown, so that it has surroundings

/** @returns {boolean} whether the browser can draw the map at all */
function drawable() {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}

/** @returns {boolean} whether the page is dark */
export const isDark = () => matchMedia("(prefers-color-scheme: dark)").matches;

/** @returns {boolean} whether the reader wants nothing to move by itself */
export const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {HTMLElement} section @returns {string} the colour of the plain ground, which follows the page's scheme */
const plainOf = (section) => getComputedStyle(section).backgroundColor;

/** @param {object} ground the server's setting @param {string} plain @returns {object} a style without letters */
function styleOf(ground, plain) {
  const style = { version: 8, sources: {}, layers: [] };
  if (ground.file) {
    addProtocol("pmtiles", new Protocol().tile);
    style.sources.ground = { type: "vector", url: `pmtiles://${location.origin}${ground.file}` };
    style.layers = layers("ground", isDark() ? DARK : LIGHT).filter(({ type }) => type !== "symbol");
  } else if (ground.tiles) {
    // A worker knows no page that an address could be relative to.
    const tiles = ground.tiles.startsWith("/") ? `${location.origin}${ground.tiles}` : ground.tiles;
    style.sources.ground = { type: "raster", tiles: [tiles], tileSize: 256 };
    style.layers = [{ id: "tiles", type: "raster", source: "ground", paint: { "raster-opacity": isDark() ? 0.55 : 0.8 } }];
  }
  style.layers.unshift({ id: "plain", type: "background", paint: { "background-color": plain } });
  return style;
}

/** Servers of tiles want to know which site asks; they are told its origin and nothing else. */
const asked = (ground) => (url) =>
  ground.tiles && !url.startsWith(location.origin) ? { url, referrerPolicy: "origin" } : { url };

/** Stripes and dots, drawn by hand: what the colour of an area says is said by its pattern, too. */
function patterns(map) {
  const size = 16;
  for (const [name, isInk] of [
    ["hatch", (x, y) => (x + y) % 8 < 2],
    ["dots", (x, y) => x % 8 < 2 && y % 8 < 2],
  ]) {
    const data = new Uint8Array(size * size * 4);
    const ink = name === "hatch" ? [179, 38, 30, 200] : [107, 116, 128, 200];
    for (let at = 0; at < size * size; at += 1) if (isInk(at % size, Math.floor(at / size))) data.set(ink, at * 4);
    map.addImage(name, { width: size, height: size, data });
  }
}

/**
 * Put a map in the place of the drawing.
 * @param {HTMLElement} section @param {object} content what the server says of the page
 * @returns {Promise<object | null>} the map with what is needed around it; null if the browser can't draw one
 */
export async function openCanvas(section, content) {
  if (!drawable()) return null;
  const element = section.querySelector("[data-canvas]");
  const drawing = section.querySelector("[data-drawing]");
  setWorkerUrl(content.ground.worker);
  element.hidden = false;
  let map;
  try {
    map = new Map({
      container: element,
      style: styleOf(content.ground, plainOf(section)),
      center: content.hq ?? [-79.7, 43.45],
      zoom: 9,
      attributionControl: false,
      transformRequest: asked(content.ground),
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      cooperativeGestures: false,
      locale: { "Map.Title": "Map: arrow keys move it, plus and minus zoom" },
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    await new Promise((resolve, reject) => {
      map.once("load", resolve);
      map.once("webglcontextlost", () => reject(new Error("the graphics context was lost")));
    });
  } catch {
    // The drawing says the same as the map would have.
    map?.remove();
    element.hidden = true;
    return null;
  }
  drawing.hidden = true;
  patterns(map);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    map.setPaintProperty("plain", "background-color", plainOf(section));
  });
  let bounds = new LngLatBounds();
  return {
    map,
    element,
    /** @param {number[]} spot a longitude and a latitude that are to be in view at first */
    include: (spot) => bounds.extend(spot),
    /** @param {object} geometry of GeoJSON, to be in view at first */
    includeAll(geometry) {
      const spots = (inner) => (typeof inner[0] === "number" ? bounds.extend(inner.slice(0, 2)) : inner.forEach(spots));
      if (geometry.coordinates.length > 0) spots(geometry.coordinates);
    },
    fit() {
      if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: PADDING, maxZoom: NEAREST, animate: false });
    },
    /** Forget what was to be in view. */
    refit() {
      bounds = new LngLatBounds();
    },
    /** @param {string} id @param {object} data of GeoJSON @returns {(data: object) => void} what sets other data */
    source(id, data = NOTHING) {
      map.addSource(id, { type: "geojson", data });
      return (other) => map.getSource(id).setData(other);
    },
    layer: (id, source, type, paint, more = {}) => map.addLayer({ id, source, type, paint, ...more }),
  };
}
