// Takes from a page of the desk what a dialog shows of it.

const REFERENCES = ["for", "form", "list", "aria-labelledby", "aria-describedby", "aria-controls", "aria-errormessage"];
const LEVELS = { H1: "h2", H2: "h3", H3: "h4" }; // the page below keeps the only first one

/** Rename an element, with all it has. */
function renamed(element, name) {
  const made = document.createElement(name);
  for (const { name: attribute, value } of element.attributes) made.setAttribute(attribute, value);
  made.append(...element.childNodes);
  element.replaceWith(made);
}

/** Give ids that the page has already another ending, and what refers to them the same. */
function withIdsOfItsOwn(root, dialog) {
  const taken = (id) => [...document.querySelectorAll(`[id="${CSS.escape(id)}"]`)].some((one) => !dialog.contains(one));
  const others = new Map();
  for (const element of root.querySelectorAll("[id]")) {
    if (!taken(element.id)) continue;
    others.set(element.id, `${element.id}-in-dialog`);
    element.id = others.get(element.id);
  }
  if (!others.size) return;
  const selector = REFERENCES.map((attribute) => `[${attribute}]`).join();
  for (const element of root.querySelectorAll(`${selector}, a[href^="#"]`)) {
    for (const attribute of REFERENCES) {
      const value = element.getAttribute(attribute);
      if (value) element.setAttribute(attribute, value.split(/\s+/).map((id) => others.get(id) ?? id).join(" "));
    }
    const target = element.getAttribute("href")?.slice(1);
    if (others.has(target)) element.setAttribute("href", `#${others.get(target)}`);
  }
}

/**
 * The part of a page that a dialog shows: what is marked for it, else all that the page is about.
 * @param {string} text the page
 * @param {string} address of the page; what it links to is meant from there
 * @param {HTMLElement} dialog
 * @returns {{ nodes: Node[], wide: boolean } | null}
 */
export function contentOf(text, address, dialog) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const part = page.getElementById("dialog-body") ?? page.querySelector("main");
  if (!part) return null;
  const root = document.importNode(part, true);
  for (const [from, to] of Object.entries(LEVELS).reverse()) {
    for (const heading of root.querySelectorAll(from)) renamed(heading, to);
  }
  for (const element of root.querySelectorAll("form:not([action])")) element.setAttribute("action", address);
  for (const element of root.querySelectorAll('a[href^="?"]')) {
    element.setAttribute("href", new URL(element.getAttribute("href"), address).href);
  }
  withIdsOfItsOwn(root, dialog);
  const wide = page.querySelector("main")?.matches(".wide, .canvas") ?? false;
  return { nodes: [...root.childNodes], wide };
}
