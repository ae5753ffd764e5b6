// Empty ground: a click asks why nothing goes there, a stroke blocks the time that it covers.

import { lay, make } from "./dom.js";

const SLACK = 6;
const LONG = 350;
const CLICK = 900; // seconds: a click means the quarter of an hour that it falls in
const TOLERANCE = 150; // seconds that a hand may fall short of it

/** @param {object} board */
export function stretching(board) {
  const { parts, store, carry } = board;
  /** @type {null | {row: HTMLElement, pointer: number, x: number, from: number, to: number, timer: number, band: HTMLElement | null, touch: boolean}} */
  let stroke = null;
  const hint = make("span", { class: "bd-hint", hidden: true });
  parts.over.append(hint);

  const instantAt = (x) => {
    const { left, width } = parts.over.getBoundingClientRect();
    return board.view.scale.instant((x - left) / width);
  };
  const quarter = (at) => Math.floor((at + TOLERANCE) / CLICK) * CLICK;
  /** @returns {HTMLElement | null} the row of empty ground under an event */
  const ground = ({ target }) => {
    if (target.closest(".bd-item, .bd-name, .bd-head, .bd-cursor")) return null;
    return target.closest(".bd-lane")?.closest(".bd-row") ?? null;
  };

  const begin = () => {
    if (!stroke || stroke.band || !store.data.may.block) return;
    stroke.band = make("div", { class: "bd-stroke" }, make("span"));
    stroke.band.style.top = `${stroke.row.offsetTop}px`;
    stroke.band.style.height = `${stroke.row.offsetHeight}px`;
    parts.over.append(stroke.band);
    parts.board.setPointerCapture(stroke.pointer);
    if (stroke.touch) navigator.vibrate?.(10);
    draw();
  };

  const draw = () => {
    const { scale, words } = board.view;
    const [from, to] = stroke.from <= stroke.to ? [stroke.from, stroke.to] : [stroke.to, stroke.from];
    lay(stroke.band, scale.place(from), scale.place(to));
    stroke.band.firstChild.textContent = words.span(from, to).replace(" to ", " – ");
  };

  const stop = () => {
    clearTimeout(stroke?.timer);
    stroke?.band?.remove();
    stroke = null;
  };

  parts.rows.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary || carry.load) return;
    const row = ground(event);
    if (!row) return;
    const at = board.view.scale.snap(instantAt(event.clientX));
    const touch = event.pointerType === "touch";
    stroke = { row, pointer: event.pointerId, x: event.clientX, from: at, to: at, timer: 0, band: null, touch };
    if (touch) stroke.timer = setTimeout(begin, LONG);
    else event.preventDefault(); // no text is selected by drawing
  });

  addEventListener("pointermove", (event) => {
    if (!stroke || event.pointerId !== stroke.pointer) return;
    const far = Math.abs(event.clientX - stroke.x);
    if (!stroke.band && stroke.touch && far > SLACK * 2) return stop();
    if (!stroke.band && !stroke.touch && far > SLACK) begin();
    if (!stroke.band) return;
    stroke.to = board.view.scale.snap(instantAt(event.clientX));
    draw();
  });

  addEventListener("pointerup", (event) => {
    if (!stroke || event.pointerId !== stroke.pointer) return;
    const { row, band, from, to } = stroke;
    stop();
    if (!band) return; // a click follows
    board.swallowClick();
    if (from !== to) board.block(row, Math.min(from, to), Math.max(from, to));
  });
  addEventListener("pointercancel", (event) => stroke && event.pointerId === stroke.pointer && stop());
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !stroke?.band) return;
    event.preventDefault();
    stop();
    board.swallowClick();
  });
  parts.rows.addEventListener("touchmove", (event) => stroke?.band && event.cancelable && event.preventDefault(), { passive: false });

  parts.rows.addEventListener("click", (event) => {
    const row = ground(event);
    if (row?.dataset.technician) board.why(row.dataset.technician, quarter(instantAt(event.clientX)));
  });

  // Where a click would ask.
  parts.rows.addEventListener("pointermove", (event) => {
    const asks = store.data.may.why !== false && event.pointerType === "mouse" && !stroke && !carry.load;
    const row = (asks && ground(event)) || null;
    hint.hidden = !row?.dataset.technician;
    if (hint.hidden) return;
    const { scale, words } = board.view;
    const at = quarter(instantAt(event.clientX));
    hint.textContent = words.time(at);
    lay(hint, scale.place(at), scale.place(at + CLICK));
    hint.style.top = `${row.offsetTop}px`;
    hint.style.height = `${row.offsetHeight}px`;
  });
  parts.rows.addEventListener("pointerleave", () => (hint.hidden = true));
}
