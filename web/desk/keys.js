// Shortcuts of single keys: `/` for the search, `g` and a letter for the places, `?` for the list of them. An element
// with `data-key` is pressed by its key. Whoever dictates or is easily caught by them turns them off in that list.

const OFF = "fieldfare-keys-off"; // what this browser remembers
const TOGETHER = 1000; // milliseconds within which two keys belong together
/** The keys after `g`, by the last part of a place's address. */
const PLACES = { board: "b", book: "n", bookings: "l", map: "m", messages: "e", reports: "r", audit: "t", settings: "s" };
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

const isOff = () => {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false; // the browser keeps nothing for us
  }
};

/** @param {boolean} off */
function turn(off) {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // It counts until the page is left, by the box's own state.
  }
}

const visible = (element) => element.checkVisibility?.() ?? true;

/** What the page offers now: the keys, and what they do. @returns {{ keys: string, says: string, run: () => void }[]} */
function shortcuts() {
  const search = document.getElementById("search");
  const focus = () => {
    search.focus();
    search.select();
  };
  const own = [...document.querySelectorAll("[data-key]")].filter(visible).map((element) => ({
    keys: element.dataset.key,
    says: element.dataset.keySays ?? (element.getAttribute("aria-label") || element.textContent.trim()),
    run: () => element.click(),
  }));
  const places = [...document.querySelectorAll(".places a")]
    .map((link) => ({ link, key: PLACES[link.pathname.split("/").pop()] }))
    .filter(({ key }) => key)
    .map(({ link, key }) => ({ keys: `g ${key}`, says: `Go to: ${link.textContent.trim()}`, run: () => link.click() }));
  const first = search ? [{ keys: "/", says: "Search", run: focus }] : [];
  return [...first, ...own, ...places, { keys: "?", says: "Show the shortcuts", run: help }];
}

/** @param {string} keys @param {string} says @returns {HTMLElement[]} a term and its description */
function entry(keys, says) {
  const term = document.createElement("dt");
  for (const key of keys.split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap);
  }
  const description = document.createElement("dd");
  description.textContent = says;
  return [term, description];
}

/** Show the list of shortcuts; what a page has besides stands in its `[data-keys-of-page]`, a list of the same kind. */
function help() {
  document.getElementById("keys-dialog")?.remove();
  const dialog = document.createElement("dialog");
  dialog.id = "keys-dialog";
  dialog.className = "sheet-dialog";
  dialog.setAttribute("aria-labelledby", "keys-title");
  const list = document.createElement("dl");
  list.className = "keys";
  for (const { keys, says } of shortcuts()) list.append(...entry(keys, says));
  if (document.getElementById("search")) list.append(...entry("Ctrl K", "Search, from a field as well"));
  const more = document.querySelector("[data-keys-of-page]");
  const extra = (more?.content ?? more)?.cloneNode(true);
  if (extra) list.append(...(extra.querySelector?.("dl") ?? extra).childNodes);
  dialog.innerHTML = `<form method="dialog"><button class="plain dialog-close" aria-label="Close">×</button></form>
    <h2 class="dialog-title" id="keys-title" tabindex="-1">Keyboard shortcuts</h2>
    <label><input type="checkbox"> Single keys work as shortcuts</label>`;
  dialog.querySelector("h2").after(list);
  const box = dialog.querySelector("input");
  box.checked = !isOff();
  box.addEventListener("change", () => turn(!box.checked));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("h2").focus();
}

/** Follow the keys, and offer the list of them in the account's menu. */
export function keys() {
  let before = "";
  let since = 0;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog:modal")) return;
    const isSearch = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    const found = shortcuts().find(({ keys }) => {
      if (isSearch) return keys === "/";
      return keys === (event.timeStamp - since < TOGETHER ? `${before} ${event.key}` : event.key) || keys === event.key;
    });
    if (!isSearch) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING) || isOff()) return;
      before = event.key;
      since = event.timeStamp;
    }
    if (!found) return;
    event.preventDefault();
    found.run();
  });
  for (const button of document.querySelectorAll("[data-keys]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const menu = button.closest("details");
      if (menu) menu.open = false;
      help();
    });
  }
}
