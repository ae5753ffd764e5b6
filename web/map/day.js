// The routes of a day: lines, numbered stops, hubs and HQ; they follow what changes, as boards do.
import { Marker } from "maplibre-gl";
import { isDark, isStill } from "./canvas.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const DASHES = [[], [8, 4], [2, 4], [12, 4, 2, 4]];
const WIDTH = 4;
const APART = 28;
const RINGS = 3;
const MOST_SPREAD = 300;

const line = ({ technician, colour, line: coordinates }) => ({
  type: "Feature",
  properties: { technician, colour },
  geometry: { type: "LineString", coordinates },
});

/** @param {string} kind @param {string} text @param {string} title @returns {HTMLElement} */
function sign(kind, text, title) {
  const element = document.createElement("div");
  element.className = `map-sign ${kind}`;
  element.textContent = text;
  element.title = title;
  element.setAttribute("aria-hidden", "true"); // the list of hubs says it
  return element;
}

/** Make the dot of a stop, for pointers: the buttons of the list do the same for everybody else, and never overlap. */
function dot(route, stop) {
  const element = document.createElement("div");
  element.className = "map-stop";
  element.dataset.mark = stop.id;
  element.textContent = stop.number ?? "•";
  element.title = `${route.name}, ${stop.time}: ${stop.title}`;
  element.setAttribute("aria-hidden", "true");
  element.style.backgroundColor = route.colour;
  return element;
}

/** Move dots that would cover one another a little apart; each stays as near to its place as there is room. */
function spread(map, stops) {
  const taken = [];
  const isFree = ([x, y]) => taken.every(([ax, ay]) => Math.hypot(ax - x, ay - y) >= APART);
  for (const { marker, at } of stops.slice(0, MOST_SPREAD)) {
    const { x, y } = map.project(at);
    const tries = [[0, 0]];
    for (let ringAt = 1; ringAt <= RINGS; ringAt += 1) {
      for (let step = 0; step < 6 * ringAt; step += 1) {
        const angle = (2 * Math.PI * step) / (6 * ringAt);
        tries.push([Math.cos(angle) * APART * ringAt, Math.sin(angle) * APART * ringAt]);
      }
    }
    const offset = tries.find(([dx, dy]) => isFree([x + dx, y + dy])) ?? [0, 0];
    taken.push([x + offset[0], y + offset[1]]);
    marker.setOffset(offset);
  }
}

/** Make what draws routes on the map, and draws others in their place. */
function drawer(canvas, link) {
  const { map } = canvas;
  const sets = DASHES.map((dash, place) => {
    const set = canvas.source(`routes-${place}`);
    const joined = { layout: { "line-join": "round", "line-cap": "round" } };
    canvas.layer(`routes-${place}-under`, `routes-${place}`, "line", {
      "line-color": isDark() ? "#e8ebf0" : "#ffffff",
      "line-width": WIDTH + 2.5,
      "line-opacity": isDark() ? 0.55 : 0.85,
    }, joined);
    canvas.layer(`routes-${place}`, `routes-${place}`, "line", {
      "line-color": ["get", "colour"],
      "line-width": WIDTH,
      ...(dash.length > 0 ? { "line-dasharray": dash.map((length) => length / WIDTH) } : {}),
    }, dash.length > 0 ? {} : joined);
    return set;
  });
  const setPointed = canvas.source("pointed");
  canvas.layer("pointed", "pointed", "line", { "line-color": ["get", "colour"], "line-width": WIDTH + 4, "line-opacity": 0.55 });
  let markers = [];
  let stops = [];
  map.on("zoomend", () => spread(map, stops));

  return (routes) => {
    for (const marker of markers) marker.remove();
    markers = [];
    stops = [];
    link.clear();
    setPointed(NOTHING);
    sets.forEach((set, place) => {
      const own = routes.filter(({ dash }) => dash.join() === DASHES[place].join());
      set({ type: "FeatureCollection", features: own.filter((route) => route.line.length > 0).map(line) });
    });
    for (const route of routes) {
      const pointed = (on) => setPointed(on ? { type: "FeatureCollection", features: [line(route)] } : NOTHING);
      route.stops.forEach((stop, place) => {
        const element = dot(route, stop);
        const marker = new Marker({ element }).setLngLat(stop.at).addTo(map);
        markers.push(marker);
        stops.push({ marker, at: stop.at });
        const show = () => {
          if (!map.getBounds().contains(stop.at)) map.easeTo({ center: stop.at, animate: !isStill() });
        };
        link.add(stop.id, { element, show, route: pointed });
        if (place > 0) return;
        const name = sign("who", route.name, "");
        name.style.borderColor = route.colour;
        markers.push(new Marker({ element: name, offset: [0, 26] }).setLngLat(stop.at).addTo(map));
      });
    }
    spread(map, stops);
  };
}

/** @param {object} canvas @param {object} data */
function showPlaces(canvas, data) {
  for (const hub of data.hubs) {
    new Marker({ element: sign("hub", "", `Hub ${hub.id} ${hub.name}`) }).setLngLat(hub.at).addTo(canvas.map);
  }
  new Marker({ element: sign("hq", "HQ", "HQ") }).setLngLat(data.hq).addTo(canvas.map);
  if (data.routes.some((route) => route.line.length > 0)) canvas.refit();
  for (const route of data.routes) for (const spot of route.line) canvas.include(spot);
}

/** Put what the server now says of the day in the place of the lists. */
async function renewLists(link) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of ["[data-routes]", "[data-said]"]) {
    const [old, now] = [document.querySelector(part), fresh.querySelector(part)];
    if (old && now && old.innerHTML !== now.innerHTML) old.replaceChildren(...now.childNodes);
  }
  link.rows();
}

/** Ask again when the server says that something has changed, and the page can be seen. */
function follow(url, seen, changed) {
  let waiting = false;
  let last = seen;
  const look = async () => {
    if (document.hidden) {
      waiting = true;
      return;
    }
    waiting = false;
    const answer = await fetch(url);
    if (!answer.ok) return;
    const text = await answer.text();
    if (text === last) return;
    last = text;
    await changed(JSON.parse(text));
  };
  const stream = new EventSource("/desk/changes");
  let opened = false;
  stream.addEventListener("changed", look);
  stream.addEventListener("open", () => {
    if (opened) look();
    opened = true;
  });
  document.addEventListener("visibilitychange", () => waiting && look());
  addEventListener("pagehide", () => stream.close());
}

/**
 * @param {object | null} canvas null where the server's drawing stays
 * @param {object} content @param {object} link the lists beside the map
 */
export async function showDay(canvas, content, link) {
  const draw = canvas && drawer(canvas, link);
  if (canvas) {
    showPlaces(canvas, content);
    draw(content.routes);
  }
  follow(content.data, null, async (data) => {
    draw?.(data.routes);
    await renewLists(link);
  });
}
