// The search box: what is found shows below it while one types. Enter without a choice asks for the page of results.
import { announce } from "./announce.js";

const PAUSE = 150; // milliseconds of rest before the server is asked
const SHORTEST = 2; // letters worth asking for

/** @param {Element} hit a link of the server's answer @param {string} id @returns {HTMLAnchorElement} an option */
function option(hit, id) {
  const link = document.importNode(hit, true);
  link.id = id;
  link.classList.add("hit");
  link.tabIndex = -1;
  link.setAttribute("role", "option");
  link.setAttribute("aria-selected", "false");
  return link;
}

/** @param {string} address of the page with all of them */
function allOfThem(address) {
  const link = document.createElement("a");
  link.className = "all";
  link.href = address;
  link.textContent = "Show all results";
  return link;
}

/** @param {HTMLFormElement} form */
export function search(form) {
  const input = form.querySelector("input[type=search]");
  const box = form.querySelector("[data-results]");
  let timer = 0;
  let later = 0;
  let request = new AbortController();
  let active = -1;

  box.id = `${input.id}-found`;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", "Found");
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": box.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  const options = () => [...box.querySelectorAll("[role=option]")];
  const mark = (index) => {
    active = index;
    options().forEach((each, i) => each.setAttribute("aria-selected", String(i === index)));
    const chosen = options()[index];
    if (!chosen) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  };
  /** Show what was found; an empty list closes the box. */
  const show = (children) => {
    box.replaceChildren(...children);
    box.hidden = !children.length;
    input.setAttribute("aria-expanded", String(!box.hidden));
    mark(-1);
  };
  /** Close, and let no answer that is still under way open it again. */
  const quiet = () => {
    clearTimeout(timer);
    clearTimeout(later);
    request.abort();
    show([]);
  };
  const addressOf = (text) => {
    const address = new URL(form.action);
    address.searchParams.set("q", text);
    return address;
  };

  const ask = async (text) => {
    request.abort();
    request = new AbortController();
    const { signal } = request;
    try {
      const response = await fetch(addressOf(text), { signal, headers: { "HX-Request": "true", accept: "text/html" } });
      const elsewhere = response.headers.get("HX-Redirect"); // nobody is signed in any more
      if (elsewhere) return location.assign(elsewhere);
      if (!response.ok) return quiet(); // Enter still leads to the page, which says what is wrong
      const answer = new DOMParser().parseFromString(await response.text(), "text/html");
      if (signal.aborted || document.activeElement !== input) return;
      const links = answer.querySelectorAll("a.hit").length ? "a.hit" : "li a[href], [role=option][href]";
      const hits = [...answer.querySelectorAll(links)];
      const shown = hits.length ? [...hits, allOfThem(addressOf(text))] : [];
      show(shown.map((hit, index) => option(hit, `${box.id}-${index}`)));
      if (form.dataset.outside) later = setTimeout(askOutside, PAUSE, text, signal, hits);
      if (!hits.length) nothing(answer.querySelector(".empty, [role=status], p")?.textContent.trim());
      else announce(hits.length === 1 ? "1 result" : `${hits.length} results`);
    } catch {
      if (!signal.aborted) quiet(); // without the server nothing is found as one types
    }
  };
  /** Ask the CRM for its contacts, after our own are shown; they join the list, unless something else is looked for. */
  const askOutside = async (text, signal, known) => {
    try {
      const address = new URL(form.dataset.outside, location.href);
      address.searchParams.set("q", text);
      const response = await fetch(address, { signal, headers: { "HX-Request": "true", accept: "text/html" } });
      if (!response.ok) return;
      const answer = new DOMParser().parseFromString(await response.text(), "text/html");
      const ours = new Set(known.map((hit) => hit.getAttribute("href")));
      const found = [...answer.querySelectorAll("a.hit")].filter((hit) => !ours.has(hit.getAttribute("href")));
      if (signal.aborted || document.activeElement !== input || !found.length) return;
      const chosen = active;
      show([...known, ...found, allOfThem(addressOf(text))].map((hit, index) => option(hit, `${box.id}-${index}`)));
      if (chosen >= 0 && chosen < known.length) mark(chosen);
      announce(found.length === 1 ? "1 more in GoHighLevel" : `${found.length} more in GoHighLevel`);
    } catch {
      // Without the CRM our own results stand as they are; the page of results says why it is missing.
    }
  };
  /** An empty list of options would be none, so what it says stands in an option that can't be chosen. */
  const nothing = (words) => {
    const none = document.createElement("div");
    none.className = "none";
    none.setAttribute("role", "option");
    none.setAttribute("aria-disabled", "true");
    none.textContent = words || "Nobody and nothing was found.";
    show([none]);
    announce(none.textContent);
  };

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    clearTimeout(later);
    request.abort();
    if (event.isComposing) return;
    const text = input.value.trim();
    if (text.length < SHORTEST) quiet();
    else timer = setTimeout(ask, PAUSE, text);
  });
  input.addEventListener("focus", () => {
    if (box.hidden && input.value.trim().length >= SHORTEST && input.value !== input.defaultValue) ask(input.value.trim());
  });
  form.addEventListener("focusout", ({ relatedTarget }) => form.contains(relatedTarget) || quiet());
  box.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const links = options().filter((each) => each.href);
    if (event.key === "Escape" && !box.hidden) quiet();
    else if (event.key === "Escape" && !input.value) return input.blur();
    else if (event.key === "Enter" && links[active]) links[active].click();
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && links.length) {
      const count = links.length + 1; // one step beyond either end stands for the field itself
      mark(((active + 1 + (event.key === "ArrowDown" ? 1 : -1) + count) % count) - 1);
    } else {
      if (event.key === "Home" || event.key === "End") mark(-1); // back to the text, where the caret moves
      return;
    }
    event.preventDefault();
  });
}
