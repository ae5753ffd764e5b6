// What htmx leaves to us about the calendar: say that it loads, keep the focus, and never be stuck with half an answer.

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
  if (element.matches(".day")) return [`.day[data-date="${CSS.escape(element.dataset.date)}"]`, '.day[tabindex="0"]'];
  if (element.matches("a[rel]")) return [`a[rel="${CSS.escape(element.rel)}"]`, ".month-head h2"];
  if (element.matches(".time")) return [`.time[value="${CSS.escape(element.value)}"]`];
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
    found = times[Math.min(place, times.length - 1)] ?? calendar.querySelector('.day[tabindex="0"]');
  }
  if (found && found !== document.activeElement) found.focus({ preventScroll: true });
}

/** Bring the times of a day that was just chosen into view; on a phone they begin below the month. */
function showTimes() {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  region()?.querySelector(".slots")?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

/**
 * Go on with the whole page where its part is of no use. A refresh that failed leaves the calendar as it is: the server
 * checks every choice again.
 * @param {object} ctx
 */
function leave(ctx) {
  const link = ctx.sourceElement?.closest?.("a[href]");
  if (link) location.assign(link.href);
  else if (ctx.response.status < 400) location.reload();
}

/** Follow htmx's events for as long as the page lives. */
export function watchCalendar() {
  let ways = [];
  let place = -1;
  let fromDay = false;

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (!isCalendar(ctx)) return;
    current = ctx;
    region().ariaBusy = "true";
  });

  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    if (!isCalendar(ctx)) return;
    if (ctx.response.status >= 400 || !tasks.some(({ fragment }) => fragment?.querySelector("#calendar"))) {
      event.preventDefault();
      leave(ctx);
      return;
    }
    const active = document.activeElement;
    ways = waysBack(active);
    place = active?.matches(".time") ? [...region().querySelectorAll(".time")].indexOf(active) : -1;
    fromDay = ctx.sourceElement?.matches(".day, .next-available a") ?? false; // read here: the swap may change it
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

  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    const calendar = region();
    const line = calendar?.querySelector("#why");
    if (isCalendar(ctx) && line && calendar.dataset.failed) line.textContent = calendar.dataset.failed;
  });

  // Once the page is left, an answer under way is worth nothing, and its end would be reported as a fault.
  for (const event of ["submit", "pagehide"]) window.addEventListener(event, () => current?.request.abort());
}
