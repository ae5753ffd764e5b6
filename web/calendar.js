// What htmx leaves to us about the calendar: say that it loads, let the newest request win, and keep the focus.

/** The request under way; a newer one replaces it. */
let current = null;

/** @returns {HTMLElement | null} */
const region = () => document.getElementById("calendar");

/** @param {object} ctx htmx's account of a request */
const isCalendar = (ctx) => ctx?.target?.id === "calendar";

/**
 * How to find an element of the calendar again after a swap, best first.
 * @param {Element | null} element
 * @returns {string[]} selectors
 */
function waysBack(element) {
  if (!element?.closest("#calendar")) return [];
  const { date, instant } = element.dataset;
  if (date) return [`[data-date="${CSS.escape(date)}"]`, ".day.chosen", ".day.free", ".day"];
  if (instant) return [`[data-instant="${CSS.escape(instant)}"]`];
  if (element.matches("a[rel]")) return [`a[rel="${CSS.escape(element.rel)}"]`, ".month-head h2"];
  if (element.id) return [`#${CSS.escape(element.id)}`];
  return element.closest(".next-available") ? [".next-available :is(a, button)", ".month-head h2"] : [];
}

/**
 * Put the focus where it was; where a time was and is no more, on the one that came in its place.
 * @param {string[]} ways
 * @param {number} place of the time among the times, or -1
 */
function refocus(ways, place) {
  const calendar = region();
  let found = ways.map((way) => calendar.querySelector(way)).find(Boolean);
  if (!found && place >= 0) {
    calendar.dispatchEvent(new CustomEvent("gone", { bubbles: true }));
    const times = calendar.querySelectorAll(".time");
    found = times[Math.min(place, times.length - 1)] ?? calendar.querySelector(".day.chosen, .day.free");
  }
  if (!found || found === document.activeElement) return;
  if (found.matches("h2")) found.tabIndex = -1;
  found.focus({ preventScroll: true });
}

/** Bring the times of a day that was just chosen into view; on a phone they begin below the month. */
function showTimes() {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  region()?.querySelector(".slots")?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

/** Follow htmx's events for as long as the page lives. */
export function watchCalendar() {
  let ways = [];
  let place = -1;
  let fromDay = false;

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (!isCalendar(ctx)) return;
    current?.request.abort();
    current = ctx;
    region().ariaBusy = "true";
  });

  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    if (!isCalendar(ctx)) return;
    const active = document.activeElement;
    ways = waysBack(active);
    place = active?.matches(".time") ? [...region().querySelectorAll(".time")].indexOf(active) : -1;
    fromDay = ctx.sourceElement?.matches(".day") ?? false; // read here: the swap may change it
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!isCalendar(ctx)) return;
    if (ways.length) refocus(ways, place);
    if (fromDay) showTimes();
  });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx !== current) return;
    current = null;
    if (region()) region().ariaBusy = null;
  });

  // Once the page is left, an answer under way is worth nothing, and its end would be reported as a fault.
  for (const event of ["submit", "beforeunload", "pagehide"]) window.addEventListener(event, () => current?.request.abort());
}
