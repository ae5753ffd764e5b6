// Makes elements. Text goes in as text, never as markup.

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `class`, `data-…`, `aria-…`, `on…` listeners; null and false leave one out
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

/** Lay an element along its lane: both figures are parts of the lane's width. */
export function lay(element, from, to) {
  element.style.left = `${(from * 100).toFixed(4)}%`;
  element.style.width = `${(Math.max(to - from, 0) * 100).toFixed(4)}%`;
  return element;
}

/** @returns {boolean} whether somebody asked for less motion */
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** What only a screen reader says. */
export const unseen = (text) => make("span", { class: "visually-hidden" }, text);
