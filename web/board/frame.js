// The board's fixed parts: the queue above, the scroller with its axis, the layers over and under the rows.

import { make } from "./dom.js";

/**
 * @param {HTMLElement} root
 * @returns {Record<string, HTMLElement>} the parts that others fill
 */
export function frame(root) {
  const axis = make("div", { class: "bd-axis", "aria-hidden": "true" });
  const corner = make("div", { class: "bd-corner", "aria-hidden": "true" });
  const under = make("div", { class: "bd-under", "aria-hidden": "true" });
  const over = make("div", { class: "bd-over", "aria-hidden": "true" });
  const rows = make("ul", { class: "bd-rows", role: "list", "aria-label": "Technicians" });
  const body = make("div", { class: "bd-body" }, under, rows, over);
  const inner = make("div", { class: "bd-inner" }, make("div", { class: "bd-head" }, corner, axis), body);
  const scroller = make("div", { class: "bd-scroll" }, inner);
  const bar = make("div", { class: "bd-bar" });
  const queue = make("section", { class: "bd-queue", "aria-labelledby": "bd-waiting", hidden: true });
  const board = make("section", { class: "bd", "aria-label": "Dispatch board" }, bar, queue, scroller);
  root.replaceChildren(board);
  return { root, board, bar, queue, scroller, inner, corner, axis, under, rows, over };
}
