// Moves through the days of a month by keyboard, after the ARIA grid pattern, and says why a day is closed.

/** @param {HTMLElement} table */
export function month(table) {
  /** @returns {HTMLElement[]} */
  const days = () => [...table.querySelectorAll(".day")];
  const isClosed = (day) => day.matches(".closed, [aria-disabled=true]");

  /** Let the tab key stop at one day only, the one that matters most; without a script it stops at every free one. */
  const rove = () => {
    const all = days();
    const stop = all.find((day) => day === document.activeElement) ?? table.querySelector(".day.chosen") ?? table.querySelector(".day.free") ?? all[0];
    for (const day of all) day.tabIndex = day === stop ? 0 : -1;
  };
  const explain = (day) => {
    const line = document.getElementById("why");
    const text = isClosed(day) ? (day.dataset.why ?? "") : "";
    if (line && line.textContent !== text) line.textContent = text;
  };

  /** @param {HTMLElement} day @param {string} key @returns {HTMLElement | undefined} where the key leads */
  const target = (day, key) => {
    const all = days();
    const index = all.indexOf(day);
    const forward = getComputedStyle(table).direction === "rtl" ? -1 : 1;
    const steps = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: 7, ArrowUp: -7 };
    const week = day.closest("tr").querySelectorAll(".day");
    if (key === "Home") return week[0];
    if (key === "End") return week[week.length - 1];
    return all[index + steps[key]];
  };

  table.addEventListener("focusin", ({ target: day }) => {
    if (!day.matches(".day")) return;
    rove();
    explain(day);
  });

  table.addEventListener("click", (event) => {
    const day = event.target.closest(".day");
    if (!day) return;
    if (isClosed(day)) event.preventDefault();
    explain(day); // a finger gives no focus everywhere
  });

  table.addEventListener("keydown", (event) => {
    const day = event.target.closest(".day");
    if (!day || event.altKey || event.ctrlKey || event.metaKey) return;
    const { key } = event;
    if (key === "PageUp" || key === "PageDown") {
      table.closest("#calendar").querySelector(`a[rel=${key === "PageUp" ? "prev" : "next"}]`)?.click();
    } else if (/^(Arrow|Home$|End$)/.test(key)) {
      target(day, key)?.focus();
    } else if (key === " " || (key === "Enter" && isClosed(day))) {
      if (!isClosed(day)) day.click();
    } else return;
    event.preventDefault();
  });

  rove();
  return rove;
}
