// Draws the axis and the rows. A row is drawn again only if what it shows has changed.

import { lay, make, unseen } from "./dom.js";
import { icon } from "./icons.js";
import { BAND, offShift, storeysOf, topOf } from "./layout.js";
import { detour, length, nameOf, signs } from "./words.js";

const LEGIBLE = 4; // minutes: a shorter drive is drawn without its figure

/** @typedef {{scale: object, words: object, week: boolean}} View */

/** @param {Record<string, HTMLElement>} parts @param {object} data @param {View} view */
export function drawAxis({ axis, corner, under }, data, { scale, week }) {
  const { place } = scale;
  corner.replaceChildren(make("b", {}, "Technician"), make("small", {}, data.zone_name));
  const days = scale.stretches.map(({ label, opens, closes }) =>
    lay(make("span", { class: "bd-day" }, make("span", {}, label)), place(opens), place(opens) + (closes - opens) / 3600 / scale.hours),
  );
  const shown = data.ticks.filter(({ at }) => scale.dayOf(at)); // where a day closes, the next one opens
  const ticks = shown.map(({ at, label }) => {
    const tick = make("span", { class: "bd-tick", "data-rank": rankOf(at, scale.dayOf(at)) }, label);
    tick.style.left = `${place(at) * 100}%`;
    return tick;
  });
  const blocks = data.blocks
    .filter(({ start, end }) => scale.shows(start, end))
    .map(({ id, start, end }) => lay(make("span", { class: "bd-block" }, make("span", {}, id)), place(start), place(end)));
  axis.replaceChildren(...(week ? days : []), ...ticks, ...blocks);
  axis.classList.toggle("has-days", week);
  const edges = [...data.blocks.flatMap(({ start, end }) => [start, end])].filter((at) => scale.dayOf(at));
  under.replaceChildren(
    ...[...new Set(edges)].map((at) => edge("bd-edge", place(at))),
    ...scale.stretches.slice(1).map(({ opens }) => edge("bd-midnight", place(opens))),
  );
}

/** @returns {string} which hours lose their label first where there is little room; "0" keeps it the longest */
function rankOf(at, { opens, closes }) {
  const hour = Math.round((at - opens) / 3600);
  if (hour && closes - at < 3 * 3600) return hour % 2 ? "2" : "1"; // the next day's first label needs the room
  return hour % 3 ? (hour % 2 ? "2" : "1") : "0";
}

const edge = (kind, at) => {
  const line = make("span", { class: kind });
  line.style.left = `${at * 100}%`;
  return line;
};

/**
 * @param {HTMLElement} rows the list
 * @param {object} data
 * @param {View} view
 * @param {boolean} whole whether the scale has changed, so that every row has to be drawn
 * @returns {string[]} the ids of the rows that were drawn
 */
export function drawRows(rows, data, view, whole) {
  const wanted = [
    ...data.technicians.map((one) => ({ id: one.id, seen: one, draw: () => technicianRow(one, view) })),
    ...(data.resources ?? []).map((one) => ({ id: `resource:${one.kind}`, seen: one, draw: () => resourceRow(one, view) })),
  ];
  const known = new Map([...rows.children].map((row) => [row.dataset.row, row]));
  const drawn = [];
  const list = wanted.map(({ id, seen, draw }) => {
    const print = JSON.stringify(seen);
    const old = known.get(id);
    if (old && !whole && old.print === print) return old;
    const row = draw();
    row.dataset.row = id;
    row.print = print;
    drawn.push(id);
    return row;
  });
  if (!drawn.length && list.length === known.size) return drawn;
  list.forEach((row, index) => {
    const there = rows.children[index];
    if (there === row) return;
    if (there && known.get(row.dataset.row) === there) there.replaceWith(row);
    else rows.insertBefore(row, there ?? null);
  });
  while (rows.children.length > list.length) rows.lastElementChild.remove();
  return drawn;
}

function technicianRow(one, view) {
  const { scale } = view;
  const { storeys, height } = storeysOf(one.items);
  const shade = make("div", { class: "bd-shade" });
  for (const [from, to] of offShift(one.shifts, scale.stretches)) {
    shade.append(lay(make("span", { class: "bd-off" }), scale.place(from), scale.place(to)));
  }
  for (const lock of one.locks) if (scale.shows(lock.start, lock.end)) shade.append(lockOf(lock, scale));
  const items = one.items.map((item, index) => itemOf(item, storeys[index], one.name, view));
  if (!items.length) items.push(make("li", { class: "visually-hidden" }, "Nothing planned"));
  for (const home of (one.homes ?? [one.home]).filter((leg) => leg && drives(leg))) items.push(homeOf(home, storeys.at(-1) ?? 0, scale));
  const row = make(
    "li",
    { class: one.active ? "bd-row" : "bd-row is-inactive", "data-technician": one.id, "data-name": one.name },
    nameCell(one),
    make("div", { class: "bd-lane" }, shade, make("ol", { class: "bd-items", role: "list", "aria-label": one.name }, ...items)),
  );
  row.style.height = `${height}px`;
  return row;
}

function resourceRow(one, view) {
  const { storeys, height } = storeysOf(one.items);
  const items = one.items.map((item, index) => itemOf(item, storeys[index], one.name, view));
  if (!items.length) items.push(make("li", { class: "visually-hidden" }, "Nothing planned"));
  const row = make(
    "li",
    { class: "bd-row is-resource", "data-resource": one.kind, "data-name": one.name },
    make("div", { class: "bd-name" }, make("strong", {}, one.name), make("small", {}, `Equipment, ${one.count}`)),
    make("div", { class: "bd-lane" }, make("ol", { class: "bd-items", role: "list", "aria-label": one.name }, ...items)),
  );
  row.style.height = `${height - BAND + 4}px`;
  return row;
}

function nameCell({ name, skills, active, week }) {
  const share = week?.most_minutes ? Math.min(week.minutes / week.most_minutes, 1) : null;
  const load = share !== null && make("span", { class: "bd-load", "aria-hidden": "true" }, make("i"));
  if (load) load.firstChild.style.width = `${share * 100}%`;
  return make(
    "div",
    { class: "bd-name", title: skills.length ? `${name}: ${skills.join(", ")}` : name },
    make("strong", {}, name),
    !active && make("span", { class: "bd-inactive" }, "inactive"),
    week && make("small", {}, `${week.visits} ${week.visits === 1 ? "visit" : "visits"}, ${length(week.minutes * 60).replaceAll(" ", "\u00a0")}`, unseen(" this week")),
    load,
  );
}

function lockOf({ block, start, end, hubs }, { place }) {
  const names = hubs.map((hub) => hub.name).join(", ");
  return lay(
    make("span", { class: "bd-lock", title: `${block} is locked to ${names}` }, make("span", {}, icon("lock"), unseen(`${block} locked to `), names)),
    place(start),
    place(end),
  );
}

const classesOf = ({ kind, kept_in, status, flags }) =>
  ["bd-item", `is-${kind}`, kept_in && "is-kept_in", status && `on-${status}`, ...flags.map((flag) => `is-${flag}`)].filter(Boolean).join(" ");

/**
 * @param {object} item @param {number} storey @param {string | null} technician the name of the row @param {View} view
 * @returns {HTMLElement} its place in the list: the leg that leads there, and the item
 */
export function itemOf(item, storey, technician, view) {
  const { scale, words, week } = view;
  const marks = signs(item);
  const name = nameOf(item, { technician, words, week });
  const when = item.label ?? words.span(item.start, item.end).replace(" to ", " – ");
  const subtitle = item.customer ?? (item.kind === "busy" ? when : item.where);
  const button = make(
    "button",
    {
      type: "button",
      class: classesOf(item),
      tabindex: "-1",
      title: [name.replaceAll(" to ", " – "), item.note].filter(Boolean).join("\n"),
      "aria-label": name,
      "aria-haspopup": "dialog",
      id: `item-${item.id}`,
      "data-id": item.id,
      "data-technician": item.technician,
      "data-start": item.start,
      "data-end": item.end,
      "data-movable": movable(item) ? "true" : null,
    },
    make("span", { class: "bd-title" }, item.title || "Busy"),
    make(
      "span",
      { class: "bd-sub" },
      ...marks.map(markOf),
      subtitle && make("span", { class: "bd-who" }, subtitle),
    ),
  );
  lay(button, scale.place(item.start), scale.place(item.end));
  button.style.top = `${topOf(storey)}px`;
  return make("li", { class: "bd-slot" }, item.before && drives(item.before) && legOf(item.before, storey, scale), button);
}

/** @param {{name: string, words: string}} mark @returns {HTMLElement} a flag: its sign and its words */
export const markOf = ({ name, words }) => make("span", { class: `bd-mark is-${name}` }, icon(name), make("span", {}, words));

/** @param {object} item @returns {boolean} whether it may be carried elsewhere */
export const movable = (item) => item.movable && item.kind === "booking";

/** @returns {boolean} whether there is a drive to draw: two visits at one address have none between them */
const drives = (leg) => leg.short || leg.drive_seconds >= 30;

function legOf(leg, storey, scale, words = length(leg.drive_seconds)) {
  const minutes = Math.round(leg.drive_seconds / 60);
  const kind = leg.short ? "bd-leg is-short" : minutes < LEGIBLE ? "bd-leg is-slight" : "bd-leg";
  const bar = make(
    "span",
    { class: kind, "aria-hidden": "true", title: `Drive: ${leg.words ?? words}` },
    make("span", {}, leg.short ? `${minutes}!` : `${minutes}`),
  );
  lay(bar, scale.place(leg.start), scale.place(leg.end));
  bar.style.top = `${topOf(storey)}px`;
  return bar;
}

function homeOf(home, storey, scale) {
  const bar = legOf(home, storey, scale, `${length(home.drive_seconds)} home:`);
  bar.classList.add("is-home");
  return make("li", { class: "bd-slot" }, bar, unseen(`${length(home.drive_seconds)} drive home`));
}

/** The line of now, behind the visits. @param {Record<string, HTMLElement>} parts @param {number} now @param {View} view */
export function drawNow({ under, axis }, now, { scale, words }) {
  for (const old of [under.querySelector(".bd-now"), axis.querySelector(".bd-now-label")]) old?.remove();
  if (!scale.dayOf(now)) return;
  under.append(edge("bd-now", scale.place(now)));
  const label = edge("bd-now-label", scale.place(now));
  label.textContent = words.time(now);
  axis.append(label);
}

/** @param {object} verdict @returns {string} what a place is worth, shortly */
export const worth = (verdict) => ["Drives", detour(verdict.detour_seconds)].filter(Boolean).join(", ");
