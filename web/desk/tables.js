// Lets wide tables scroll in a region of their own, which the keyboard reaches; on a phone the cards name their cells.

/** @param {HTMLTableElement} table */
function scrollable(table) {
  const given = table.closest(".scroll, [role=region][tabindex]"); // a page may have its own
  const region = given ?? document.createElement("div");
  if (!given) {
    region.className = "scroll";
    table.replaceWith(region);
    region.append(table);
  }
  const name = table.caption?.textContent.trim() || table.getAttribute("aria-label") || "Table";
  new ResizeObserver(() => {
    const scrolls = region.scrollWidth > region.clientWidth;
    const attributes = { tabindex: "0", role: "region", "aria-label": name };
    for (const [attribute, value] of Object.entries(attributes)) {
      if (scrolls) region.setAttribute(attribute, value);
      else region.removeAttribute(attribute);
    }
  }).observe(region);
}

/** @param {HTMLTableElement} table */
function named(table) {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent.trim());
  for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
    [...row.cells].forEach((cell, index) => {
      if (heads[index] && !cell.matches("th, [data-label], [colspan]")) cell.dataset.label = heads[index];
    });
  }
}

/** @type {WeakSet<HTMLTableElement>} */
const known = new WeakSet();

/** Look after the tables that the page has now; those that came before are looked after already. */
export function tables() {
  for (const table of document.querySelectorAll("table.list")) {
    if (known.has(table)) continue;
    known.add(table);
    if (table.matches(".cards")) named(table);
    scrollable(table);
  }
}
