// The board by keyboard: arrows walk over items and empty cells, keys open what a pointer would, and carry as it does.

import { make } from "./dom.js";
import { movable } from "./draw.js";
import { freeCell, topOf } from "./layout.js";
import { titleOf } from "./words.js";

const CELL = { day: 1800, week: 3600 };
const PAGE = 8; // rows

/** @param {object} board */
export function keyboard(board) {
  const { parts, store, carry, toast } = board;
  let goal = 0; // the instant that up and down keep to

  const rows = () => [...parts.rows.children];
  const isSpot = (element) => element.matches(".bd-item, .bd-cursor");
  const ownerOf = ({ dataset: { technician, resource } }) =>
    technician ? store.technician(technician) : store.data.resources.find((one) => one.kind === resource);
  const itemsOf = (row) => ownerOf(row)?.items ?? [];
  const cell = () => CELL[store.data.view] ?? CELL.day;

  /** Focus something, and bring it out from under the sticky edges. */
  const reach = (element) => {
    for (const other of parts.rows.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    element.tabIndex = 0;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const itemIn = (row, item) => row.querySelector(`.bd-item[data-id="${CSS.escape(item.id)}"]`);

  /** Put the one cursor into a cell of a row, in its place among the items. */
  const cursorIn = (row, { start, end }) => {
    parts.rows.querySelector(".bd-cursor")?.closest("li").remove();
    const { scale, words, week } = board.view;
    const shifts = store.technician(row.dataset.technician)?.shifts;
    const off = shifts && !shifts.some(([from, to]) => from < end && to > start);
    const when = week ? `${words.weekday(start)} ${words.span(start, end)}` : words.span(start, end);
    const cursor = make(
      "button",
      {
        type: "button",
        class: "bd-cursor",
        id: "bd-cursor",
        "aria-haspopup": "dialog",
        "aria-label": `${row.dataset.name}, ${when}, ${off ? "off shift" : "free"}`,
        "data-technician": row.dataset.technician,
        "data-start": start,
        "data-end": end,
      },
      make("span", {}, words.time(start)),
    );
    const place = scale.place(start);
    cursor.style.left = `${place * 100}%`;
    cursor.style.width = `${(scale.place(end) - place) * 100}%`;
    cursor.style.top = `${topOf(0)}px`;
    const after = itemsOf(row).find((item) => item.start >= end);
    const before = after ? itemIn(row, after)?.closest("li") : null;
    row.querySelector(".bd-items").insertBefore(make("li", { class: "bd-slot" }, cursor), before ?? null);
    return cursor;
  };

  /** What stands at an instant of a row: an item, or the free cell around it. */
  const spotAt = (row, at) => {
    const found = itemsOf(row).find((item) => item.start <= at && at < item.end);
    if (found) return itemIn(row, found);
    const { scale } = board.view;
    const day = scale.dayOf(at) ?? scale.stretches.findLast(({ opens }) => opens <= at) ?? scale.stretches[0];
    return cursorIn(row, freeCell(itemsOf(row), Math.min(Math.max(at, day.opens), day.closes - 1), cell(), day));
  };

  const along = (spot, direction) => {
    const row = spot.closest(".bd-row");
    const items = itemsOf(row);
    const [start, end] = [Number(spot.dataset.start), Number(spot.dataset.end)];
    const { scale } = board.view;
    const { step } = scale;
    const index = items.findIndex((item) => item.id === spot.dataset.id);
    const beside = () => (direction > 0 ? items.find((item) => item.start >= end) : items.findLast((item) => item.end <= start));
    const next = index >= 0 ? items[index + direction] : beside();
    const edge = direction > 0 ? end : start;
    const gap = next ? (direction > 0 ? next.start - edge : edge - next.end) : Infinity;
    if (gap < step) return itemIn(row, next);
    let at = direction > 0 ? edge : edge - 1;
    if (!scale.dayOf(at)) {
      const { stretches } = scale;
      const later = () => stretches.find(({ opens }) => opens >= edge);
      const other = direction > 0 ? later() : stretches.findLast(({ closes }) => closes <= edge);
      if (!other) return null;
      at = direction > 0 ? other.opens : other.closes - 1;
      if (next && (direction > 0 ? next.start <= at : next.end > at)) return itemIn(row, next);
    }
    return spotAt(row, at);
  };

  const across = (spot, by) => {
    const all = rows();
    const to = all[Math.min(Math.max(all.indexOf(spot.closest(".bd-row")) + by, 0), all.length - 1)];
    return to && to !== spot.closest(".bd-row") ? spotAt(to, goal) : null;
  };

  const ends = (spot, direction, far) => {
    const all = rows();
    const row = far ? all[direction > 0 ? all.length - 1 : 0] : spot.closest(".bd-row");
    const items = itemsOf(row);
    const { scale } = board.view;
    if (items.length) return itemIn(row, direction > 0 ? items[items.length - 1] : items[0]);
    return spotAt(row, direction > 0 ? scale.closes - 1 : scale.opens);
  };

  const stretch = (cursor, by) => {
    const end = Math.max(Number(cursor.dataset.end) + by * cell(), Number(cursor.dataset.start) + board.view.scale.step);
    const row = cursor.closest(".bd-row");
    return cursorIn(row, { start: Number(cursor.dataset.start), end: Math.min(end, board.view.scale.closes) });
  };

  const walk = (event, spot) => {
    const far = event.ctrlKey || event.metaKey;
    const stretches = event.shiftKey && spot.matches(".bd-cursor");
    const steps = {
      ArrowRight: () => (stretches ? stretch(spot, 1) : along(spot, 1)),
      ArrowLeft: () => (stretches ? stretch(spot, -1) : along(spot, -1)),
      ArrowDown: () => across(spot, 1),
      ArrowUp: () => across(spot, -1),
      PageDown: () => across(spot, PAGE),
      PageUp: () => across(spot, -PAGE),
      Home: () => ends(spot, -1, far),
      End: () => ends(spot, 1, far),
    };
    const step = steps[event.key];
    if (!step || event.altKey) return false;
    event.preventDefault();
    const to = step();
    if (!to) return true;
    if (!/Up|Down/.test(event.key)) goal = Number(to.dataset.start);
    reach(to);
    return true;
  };

  const carryOn = (event) => {
    const { scale } = board.view;
    const { technician, start } = carry.load;
    const all = store.data.technicians.map((one) => one.id);
    const index = all.indexOf(technician);
    const beside = (by) => all[Math.min(Math.max(index + by, 0), all.length - 1)];
    const by = event.shiftKey ? cell() : scale.step;
    const steps = {
      ArrowRight: () => [technician, Math.min(start + by, scale.closes - scale.step)],
      ArrowLeft: () => [technician, Math.max(start - by, scale.opens)],
      ArrowDown: () => [beside(1), start],
      ArrowUp: () => [index < 0 ? all[0] : beside(-1), start],
    };
    event.preventDefault();
    event.stopPropagation();
    if (event.key in steps) {
      carry.over(...steps[event.key]());
      parts.over.querySelector(".bd-ghost")?.scrollIntoView({ block: "nearest", inline: "nearest" });
      carry.settle();
    } else if (event.key === "Enter" || event.key === " ") carry.drop();
    else if (event.key === "Escape" || event.key === "Tab") carry.cancel();
  };

  const grab = (item) => {
    if (!store.data.may.move || !movable(item)) return toast.say(`${titleOf(item)} can't be moved.`);
    carry.lift(item, "keyboard");
    const first = store.data.technicians[0]?.id;
    if (!item.technician && first) carry.over(first, item.start);
    toast.say(`${titleOf(item)} is picked up. Arrow keys move it, with Shift in larger steps. Enter puts it down, Escape leaves it where it was.`);
  };

  parts.board.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.target.closest("dialog")) return;
    if (carry.load?.by === "keyboard") {
      if (!["Shift", "Control", "Alt", "Meta"].includes(event.key)) carryOn(event);
      return;
    }
    const spot = event.target.closest(".bd-item, .bd-cursor, .bd-card");
    if (!spot || carry.load) return;
    if (isSpot(spot) && walk(event, spot)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = spot.dataset.id && store.item(spot.dataset.id);
    const key = event.key.toLowerCase();
    if (item && (key === " " || key === "g")) grab(item);
    else if (item && key === "m") {
      if (item.move_href && store.data.may.move) board.open(item.move_href, item.id);
      else toast.say(`${titleOf(item)} can't be moved.`);
    } else if (!item && (key === "b" || (key === "enter" && !spot.dataset.technician))) {
      board.block(spot.closest(".bd-row"), Number(spot.dataset.start), Number(spot.dataset.end));
    } else if (!item && (key === " " || key === "enter")) board.why(spot.dataset.technician, Number(spot.dataset.start));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // A space that has picked something up is no click.
  parts.board.addEventListener("keyup", (event) => {
    if (event.key === " " && event.target.closest(".bd-item, .bd-card, .bd-cursor")) event.preventDefault();
  });
  parts.board.addEventListener("focusin", (event) => {
    const spot = event.target.closest(".bd-item, .bd-cursor");
    if (!spot) return;
    goal = Number(spot.dataset.start);
    for (const other of parts.rows.querySelectorAll('[tabindex="0"]')) if (other !== spot) other.tabIndex = -1;
    spot.tabIndex = 0;
  });
  parts.board.addEventListener("click", (event) => {
    const cursor = event.target.closest(".bd-cursor");
    if (cursor?.dataset.technician) board.why(cursor.dataset.technician, Number(cursor.dataset.start));
  });
  parts.board.addEventListener("focusout", () => setTimeout(leave, 0));
  const leave = () => {
    if (carry.load?.by !== "keyboard" || carry.load.ghost.dataset.state || parts.board.contains(document.activeElement)) return;
    carry.cancel();
  };

  return {
    /** See to it that the tab key stops at one spot of the board, and only at one. */
    rove() {
      const stops = parts.rows.querySelectorAll('.bd-item[tabindex="0"], .bd-cursor[tabindex="0"]');
      if (stops.length) return;
      const first = parts.rows.querySelector(".bd-item");
      if (first) first.tabIndex = 0;
      else if (parts.rows.firstElementChild) spotAt(parts.rows.firstElementChild, board.view.scale.opens).tabIndex = 0;
    },
    spotAt,
    reach,
  };
}
