// What stands above the rows: zoom, the way to now, the key of signs, and whether the board is live.

import { make } from "./dom.js";
import { icon } from "./icons.js";
import { FLAGS } from "./words.js";

const LEAST = { day: 76, week: 30 }; // pixels of an hour
const STEPS = [0.5, 0.7, 1, 1.4, 2, 2.8];
const KEPT = "fieldfare:board:zoom";

/** @returns {Storage | null} */
const storage = () => {
  try {
    return sessionStorage;
  } catch {
    return null; // the browser keeps nothing for us
  }
};

/** @param {object} board */
export function barOf(board) {
  const { parts, store } = board;
  const kept = Number(storage()?.getItem(KEPT));
  let zoom = STEPS.includes(kept) ? kept : 1;
  const button = (label, sign, run) =>
    make("button", { type: "button", class: "bd-tool", "aria-label": label, title: label, onclick: run }, sign);
  const smaller = button("Show more hours", "−", () => set(STEPS[STEPS.indexOf(zoom) - 1]));
  const larger = button("Show fewer hours, larger", "+", () => set(STEPS[STEPS.indexOf(zoom) + 1]));
  const now = make("button", { type: "button", class: "bd-tool", onclick: () => toNow() }, "Now");
  const state = make("span", { class: "bd-live", "data-live": "" });
  const zooms = make("span", { class: "bd-zoom", role: "group", "aria-label": "Zoom" }, smaller, larger);
  parts.bar.append(state, legend(), now, zooms, keys());
  parts.empty = make("p", { class: "empty bd-none", hidden: true }, "No technician matches. Change the filter above, or show everybody.");
  parts.scroller.after(parts.empty);

  const set = (to) => {
    if (!to) return;
    const middle = (parts.scroller.scrollLeft + parts.scroller.clientWidth / 2) / parts.inner.offsetWidth;
    zoom = to;
    storage()?.setItem(KEPT, String(zoom));
    fit();
    parts.scroller.scrollLeft = middle * parts.inner.offsetWidth - parts.scroller.clientWidth / 2;
  };

  /** Before the rows are drawn: they are laid out once. The hours fill the room; where there is too little, they scroll. */
  const fit = () => {
    const { scale, week } = board.view;
    const room = parts.scroller.clientWidth - parts.corner.offsetWidth - 1;
    const least = week ? LEAST.week : LEAST.day;
    const hour = Math.max(zoom * least, room / scale.hours);
    if (`${hour}px` === parts.inner.style.getPropertyValue("--hour")) return;
    parts.inner.style.setProperty("--hour", `${hour}px`);
    parts.inner.dataset.dense = hour < 60 ? (hour < 36 ? "2" : "1") : "0";
    smaller.disabled = zoom === STEPS[0];
    larger.disabled = zoom === STEPS[STEPS.length - 1];
  };
  new ResizeObserver(fit).observe(parts.scroller);

  const toNow = () => {
    const { scale } = board.view;
    if (!scale.dayOf(store.now())) return;
    const lane = parts.inner.offsetWidth - parts.corner.offsetWidth;
    parts.scroller.scrollLeft = scale.place(store.now()) * lane - (parts.scroller.clientWidth - parts.corner.offsetWidth) * 0.25;
  };

  return {
    fit,
    toNow,
    /** @param {boolean} is whether the board shows this moment */
    hasNow: (is) => (now.hidden = !is),
    /** @param {boolean} is whether changes of others arrive */
    live(is) {
      const text = is ? "Live" : "Not live: trying again";
      if (state.textContent === text) return;
      state.textContent = text;
      state.dataset.live = String(is);
    },
  };
}

/** What the signs mean. */
function legend() {
  const sample = (name, words) => make("li", {}, make("span", { class: `bd-sample is-${name}`, "aria-hidden": "true" }, icon(name)), words);
  const flags = Object.entries(FLAGS).map(([name, words]) => sample(name, words));
  return make(
    "details",
    { class: "bd-legend menu" },
    make("summary", {}, "Signs"),
    make(
      "ul",
      { class: "bd-legend-sheet", role: "list" },
      sample("leg", "drive, in minutes"),
      sample("short", "drive that does not fit"),
      sample("off", "off shift"),
      sample("lock", "block locked to a hub"),
      sample("busy", "blocked time"),
      sample("kept_in", "kept in GoHighLevel, changed there"),
      ...flags,
    ),
  );
}

/** What the keys do, for the desk's list of them. */
function keys() {
  const all = {
    "← → ↑ ↓": "On the board: from item to item, from cell to cell",
    Enter: "What an item is; of an empty cell, why nothing goes there",
    m: "Move a visit by its dialog",
    Space: "Pick a visit up, then arrows; Enter puts it down, Escape leaves it",
    b: "Block the time of an empty cell; Shift and arrows make it longer",
    "Ctrl+Z": "Take a move back",
  };
  const list = make("dl");
  for (const [key, says] of Object.entries(all)) {
    list.append(make("dt", {}, ...key.split(" ").map((one) => make("kbd", {}, one))), make("dd", {}, says));
  }
  return make("div", { hidden: true, "data-keys-of-page": "" }, list);
}
