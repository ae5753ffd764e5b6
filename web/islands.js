// Finds the elements that ask for a script, and starts each one's island once.

/**
 * An island gets its element. It may return a function that is called after each later swap, since a swap that keeps
 * the element may have put its attributes back to what the server sent.
 * @typedef {(element: HTMLElement) => (void | (() => void))} Island
 */

/** @type {WeakMap<Element, (void | (() => void))[]>} */
const started = new WeakMap();

/**
 * Start what is new on the page, and tell the others that something was swapped.
 * @param {Record<string, Island>} islands by the names that elements ask for
 */
export function startIslands(islands) {
  for (const element of document.querySelectorAll("[data-island]")) {
    const known = started.get(element);
    if (known) {
      for (const again of known) again?.();
    } else {
      const names = element.dataset.island.split(/\s+/);
      started.set(element, names.map((name) => islands[name]?.(element)));
    }
  }
}
