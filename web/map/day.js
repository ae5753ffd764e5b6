// The routes of a day: lines, numbered stops, hubs and HQ; they follow what changes, as boards do.
import { Marker } from "maplibre-gl";
import { isDark, isStill } from "./canvas.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const DASHES = [[], [8, 4], [2, 4], [12, 4, 2, 4]];
const WIDTH = 4;

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

/** @param {object} route @param {object} stop @returns {HTMLButtonElement} */
function dot(route, stop) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "map-stop";
  element.dataset.mark = stop.id;
  element.textContent = stop.number ?? "•";
  const which = stop.number === null ? "Stop" : `Stop ${stop.number}`;
  element.setAttribute("aria-label", `${which} of ${route.name}, ${stop.time}: ${stop.title}`);
  element.style.backgroundColor = route.colour;
  return element;
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

  return (routes) => {
    for (const marker of markers) marker.remove();
    markers = [];
    link.clear();
    setPointed(NOTHING);
    sets.forEach((set, place) => {
      const own = routes.filter(({ dash }) => dash.join() === DASHES[place].join() && true);
      set({ type: "FeatureCollection", features: own.filter((route) => route.line.length > 0).map(line) });
    });
    for (const route of routes) {
      const pointed = (on) => setPointed(on ? { type: "FeatureCollection", features: [line(route)] } : NOTHING);
      route.stops.forEach((stop, place) => {
        const element = dot(route, stop);
        markers.push(new Marker({ element }).setLngLat(stop.at).addTo(map));
        const show = () => {
          if (!map.getBounds().contains(stop.at)) map.easeTo({ center: stop.at, animate: !isStill() });
        };
        link.add(stop.id, { element, show, route: pointed });
        if (place > 0) return;
        const name = sign("who", route.name, "");
        name.style.borderColor = route.colour;
        markers.push(new Marker({ element: name, offset: [0, 24] }).setLngLat(stop.at).addTo(map));
      });
    }
  };
}

/** @param {object} canvas @param {object} data */
function showPlaces(canvas, data) {
  for (const hub of data.hubs) {
    new Marker({ element: sign("hub", "", `Hub ${hub.id} ${hub.name}`) }).setLngLat(hub.at).addTo(canvas.map);
  }
  new Marker({ element: sign("hq", "HQ", "HQ") }).setLngLat(data.hq).addTo(canvas.map);
  canvas.include(data.hq);
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
