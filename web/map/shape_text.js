// Polygons as text, in the two ways in which the form takes them: GeoJSON, or corners line by line.

const CORNER = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/;
const DIGITS = 7; // a centimetre

/** A part is a list of rings, the first of them the shell; a ring is a list of closed longitudes and latitudes. */
class NoShape extends Error {}

const close = (ring) => {
  const [first, last] = [ring[0], ring.at(-1)];
  return first && (first[0] !== last[0] || first[1] !== last[1]) ? [...ring, first] : ring;
};

function ofCorners(text) {
  const parts = [];
  let ring = null;
  text.split(/\r?\n/).forEach((line, at) => {
    const word = line.trim().toLowerCase();
    if (!word) {
      ring = null;
    } else if (word === "hole") {
      if (parts.length === 0) throw new NoShape(`Line ${at + 1}: a hole needs an area around it, above.`);
      parts.at(-1).push((ring = []));
    } else {
      const corner = CORNER.exec(line);
      if (!corner) throw new NoShape(`Line ${at + 1}: a latitude and a longitude are needed.`);
      if (!ring) parts.push([(ring = [])]);
      ring.push([Number(corner[2]), Number(corner[1])]);
    }
  });
  return parts.map((part) => part.map(close));
}

function ofGeojson(text) {
  let root;
  try {
    root = JSON.parse(text);
  } catch {
    throw new NoShape("This is no GeoJSON yet.");
  }
  const feature = root.type === "FeatureCollection" && root.features?.length === 1 ? root.features[0] : root;
  const geometry = feature.type === "Feature" ? feature.geometry : feature;
  if (geometry?.type === "Polygon" && Array.isArray(geometry.coordinates)) return [geometry.coordinates];
  if (geometry?.type === "MultiPolygon" && Array.isArray(geometry.coordinates)) return geometry.coordinates;
  throw new NoShape("Only a Polygon or a MultiPolygon can be a boundary.");
}

/** @param {string} text @returns {{parts: number[][][][], fault: string}} its parts, or why there are none */
export function readShape(text) {
  if (!text.trim()) return { parts: [], fault: "" };
  try {
    const parts = /^\s*[{[]/.test(text) ? ofGeojson(text) : ofCorners(text);
    const isSound = parts.every((part) =>
      part.every((ring) => ring.length >= 4 && ring.every((spot) => spot.slice(0, 2).every(Number.isFinite))),
    );
    return isSound ? { parts, fault: "" } : { parts: [], fault: "Every ring needs at least three corners." };
  } catch (error) {
    if (error instanceof NoShape) return { parts: [], fault: error.message };
    throw error;
  }
}

const short = (number) => Number(number.toFixed(DIGITS));

/** @param {number[][][][]} parts @param {boolean} asLines @returns {string} */
export function writeShape(parts, asLines) {
  const rounded = parts.map((part) => part.map((ring) => ring.map(([lng, lat]) => [short(lng), short(lat)])));
  if (rounded.length === 0) return "";
  if (asLines) {
    const ringText = (ring) => ring.slice(0, -1).map(([lng, lat]) => `${lat}, ${lng}`).join("\n");
    return rounded.map((part) => part.map(ringText).join("\nhole\n")).join("\n\n");
  }
  const geometry =
    rounded.length === 1 ? { type: "Polygon", coordinates: rounded[0] } : { type: "MultiPolygon", coordinates: rounded };
  return JSON.stringify(geometry).replaceAll("],[", "],\n[").replaceAll(",", ", ").replaceAll(", \n", ",\n");
}
