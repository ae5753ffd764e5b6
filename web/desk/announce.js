// Says something to those who hear the page: one live region for what can wait, one for what can't.

const SETTLE = 50; // milliseconds between emptying a region and filling it: the same words twice are then heard twice

/** @param {boolean} assertive @returns {HTMLElement} the region, which all scripts of the page share */
function region(assertive) {
  const id = assertive ? "announced-now" : "announced";
  const found = document.getElementById(id);
  if (found) return found;
  const made = document.createElement("div");
  made.id = id;
  made.className = "visually-hidden";
  made.setAttribute("role", assertive ? "alert" : "status");
  document.body.append(made);
  return made;
}

/** Where the words must go: a modal dialog makes everything outside of it silent. */
const stage = () => document.querySelector("dialog:modal") ?? document.body;

/**
 * @param {string} text
 * @param {{ assertive?: boolean }} [manner] assertive for what went wrong
 */
export function announce(text, { assertive = false } = {}) {
  const spoken = region(assertive);
  const wanted = stage();
  if (spoken.parentElement !== wanted) wanted.append(spoken);
  spoken.textContent = "";
  setTimeout(() => {
    spoken.textContent = text;
  }, SETTLE);
}
