// Finds the elements that ask for a script, and starts each one's island once.
import { combobox } from "./islands/combobox.js";
import { countdown } from "./islands/countdown.js";
import { keep } from "./islands/keep.js";
import { live } from "./islands/live.js";
import { locate } from "./islands/locate.js";
import { month } from "./islands/month.js";
import { once } from "./islands/once.js";
import { zone } from "./islands/zone.js";

/**
 * An island gets its element. It may return a function that is called after each later swap, since a swap that keeps
 * the element may have put its attributes back to what the server sent.
 * @typedef {(element: HTMLElement) => (void | (() => void))} Island
 */

/** @type {Record<string, Island>} */
const ISLANDS = { combobox, countdown, keep, live, locate, month, once, zone };

/** @type {WeakMap<Element, (void | (() => void))[]>} */
const started = new WeakMap();

/** Start what is new on the page, and tell the others that something was swapped. */
export function startIslands() {
  for (const element of document.querySelectorAll("[data-island]")) {
    const known = started.get(element);
    if (known) {
      for (const again of known) again?.();
    } else {
      const names = element.dataset.island.split(/\s+/);
      started.set(element, names.map((name) => ISLANDS[name]?.(element)));
    }
  }
}
