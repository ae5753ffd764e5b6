// Says what has happened, where it is seen and where it is heard; some of it can be undone for a while.

import { make } from "./dom.js";

const STAYS = 7000;
export const UNDO = 10_000;

/** @param {HTMLElement} root of the board */
export function toasts(root) {
  const heard = make("div", { class: "visually-hidden", "aria-live": "assertive", "data-said": "" });
  const place = make("div", { class: "bd-toasts" });
  root.append(heard, place);
  let timer = 0;
  let clearing = 0;

  const close = () => {
    clearTimeout(timer);
    place.replaceChildren();
  };

  /** @param {string} text */
  const say = (text) => {
    clearTimeout(clearing);
    // The same words twice are said twice only if they were gone between.
    heard.textContent = "";
    clearing = setTimeout(() => (heard.textContent = text), 30);
  };

  /**
   * @param {string} text
   * @param {{kind?: "good" | "bad", action?: {label: string, run: () => void}, link?: {label: string, href: string}}} [more]
   */
  const show = (text, { kind = "good", action, link } = {}) => {
    close();
    const button = action && make("button", { type: "button", class: "bd-plain", onclick: action.run }, action.label);
    const bar = make(
      "div",
      { class: `bd-toast is-${kind}`, "data-toast": kind },
      make("p", {}, text),
      link && make("a", { href: link.href }, link.label),
      button,
      make("button", { type: "button", class: "bd-plain bd-close", "aria-label": "Close this message", onclick: close }, "×"),
    );
    place.append(bar);
    say(text);
    const leave = () => {
      timer = setTimeout(() => (bar.matches(":hover, :focus-within") ? leave() : close()), action ? UNDO : STAYS);
    };
    leave();
  };
  return { show, say, close };
}
