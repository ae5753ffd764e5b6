// What waits for a technician: cards above the board, to be dragged onto it or moved by their dialog.

import { make } from "./dom.js";
import { markOf, movable } from "./draw.js";
import { icon } from "./icons.js";
import { nameOf, signs } from "./words.js";

/** @param {HTMLElement} queue @param {object} data @param {object} view */
export function drawQueue(queue, data, view) {
  const print = JSON.stringify(data.waiting);
  if (queue.print === print) return;
  queue.print = print;
  queue.hidden = !data.waiting.length;
  queue.replaceChildren(
    make("h2", { id: "bd-waiting" }, "Waiting", make("span", { class: "bd-count" }, String(data.waiting.length))),
    make("ul", { role: "list" }, ...data.waiting.map((item) => make("li", {}, cardOf(item, view)))),
  );
}

function cardOf(item, { words }) {
  const when = `${words.date(item.start)}, ${words.span(item.start, item.end).replace(" to ", " – ")}`;
  return make(
    "button",
    {
      type: "button",
      class: "bd-card",
      "aria-label": [nameOf(item, { technician: null, words, week: true }), item.where].filter(Boolean).join(", "),
      "aria-haspopup": "dialog",
      "data-id": item.id,
      "data-start": item.start,
      "data-end": item.end,
      "data-movable": movable(item) ? "true" : null,
    },
    movable(item) && icon("grip"),
    make(
      "span",
      { class: "bd-card-text" },
      make("span", { class: "bd-title" }, item.title),
      make("span", { class: "bd-who" }, [item.customer, item.where].filter(Boolean).join(", ")),
      make("span", { class: "bd-when" }, when),
      make("span", { class: "bd-sub" }, ...signs(item).map(markOf)),
    ),
  );
}
