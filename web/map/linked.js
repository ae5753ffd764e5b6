// The lists and the map are one: what is pointed at, focused or clicked in the one is shown in the other.

/**
 * @param {HTMLElement} section the map
 * @returns {{add: Function, clear: Function, select: Function}} what takes the marks of stops, and shows one of them
 */
export function linked(section) {
  /** @type {Map<string, {element: Element, show?: () => void, route?: (on: boolean) => void}>} */
  const marks = new Map();
  let chosen = "";

  const parts = (id) => [
    ...document.querySelectorAll(`[data-stop="${CSS.escape(id)}"]`),
    ...(marks.has(id) ? [marks.get(id).element] : []),
  ];
  const set = (id, name, on) => {
    for (const part of parts(id)) part.classList.toggle(name, on);
  };
  const point = (id, on) => {
    set(id, "pointed", on);
    marks.get(id)?.route?.(on);
  };

  /** @param {string} id @param {{from?: "map" | "list"}} how where it was chosen, so that the other side follows */
  const select = (id, { from } = {}) => {
    if (chosen) set(chosen, "selected", false);
    chosen = id;
    set(id, "selected", true);
    if (from === "list") marks.get(id)?.show?.();
    if (from === "map") document.querySelector(`tr[data-stop="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
  };

  /** @param {Element} element @param {string} id @param {"map" | "list"} from */
  const listen = (element, id, from) => {
    element.addEventListener("pointerenter", () => point(id, true));
    element.addEventListener("pointerleave", () => point(id, false));
    element.addEventListener("focusin", () => {
      point(id, true);
      select(id, { from: "focus" });
    });
    element.addEventListener("focusout", () => point(id, false));
    element.addEventListener("click", ({ target }) => {
      if (from === "list" && target.closest("a")) return;
      select(id, { from });
    });
  };

  const rows = () => {
    for (const row of document.querySelectorAll("tr[data-stop]")) {
      const mark = row.querySelector(".number-mark");
      if (!mark || mark.tagName === "BUTTON") continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "number-mark";
      button.textContent = mark.textContent;
      button.setAttribute("aria-label", `${mark.textContent === "•" ? "Stop" : `Stop ${mark.textContent}`}: show on the map`);
      mark.replaceWith(button);
      listen(row, row.dataset.stop, "list");
    }
  };
  rows();
  for (const mark of section.querySelectorAll("svg [data-stop]")) listen(mark, mark.dataset.stop, "map");

  return {
    rows,
    select,
    add(id, mark) {
      marks.set(id, mark);
      listen(mark.element, id, "map");
      if (id === chosen) mark.element.classList.add("selected");
    },
    clear: () => marks.clear(),
  };
}
