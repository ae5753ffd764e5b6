// Suggests addresses while the customer types. Writing the whole address by hand always remains possible.

/** @typedef {{ text: string, detail?: string | null, reference?: string | null }} Suggestion */

const PAUSE = 250; // milliseconds of rest before the server is asked

/**
 * The part that the customer sees: a list of options below the field, after the ARIA pattern "editable combobox".
 * @param {HTMLInputElement} input
 * @param {(suggestion: Suggestion) => void} choose
 */
function optionList(input, choose) {
  const list = document.createElement("ul");
  list.id = `${input.id}-options`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() ?? "");
  list.hidden = true;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  /** @type {Suggestion[]} */
  let shown = [];
  let active = -1;

  const mark = (index) => {
    active = index;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[index].id);
      list.children[index].scrollIntoView({ block: "nearest" });
    }
  };
  const show = (suggestions) => {
    shown = suggestions;
    list.replaceChildren(...suggestions.map((suggestion, index) => option(suggestion, `${list.id}-${index}`)));
    list.hidden = !suggestions.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  };
  show([]);

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const index = [...list.children].indexOf(event.target.closest("[role=option]"));
    if (index >= 0) choose(shown[index]);
  });

  return {
    list,
    show,
    mark,
    isOpen: () => !list.hidden,
    chosen: () => shown[active],
    /** @param {1 | -1} by; one step beyond either end stands for the field itself */
    step(by) {
      const count = shown.length + 1;
      mark(((active + 1 + by + count) % count) - 1);
    },
  };
}

/** @param {Suggestion} suggestion @param {string} id */
function option({ text, detail }, id) {
  const element = document.createElement("li");
  element.id = id;
  element.setAttribute("role", "option");
  element.append(text);
  if (detail) {
    const small = document.createElement("small");
    small.textContent = detail;
    element.append(" ", small);
  }
  return element;
}

/** @param {HTMLElement} root the field with its two hidden companions */
export function combobox(root) {
  const input = root.querySelector("input:not([type=hidden])");
  const reference = root.querySelector("[name=suggestion]");
  const session = root.querySelector("[name=session]");
  const { suggest, found = "", none = "", min = "3" } = root.dataset;
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  session.value ||= crypto.randomUUID?.() ?? ""; // absent on plain http
  let timer = 0;
  let request = new AbortController();

  const choose = (suggestion) => {
    quiet();
    input.value = suggestion.detail ? `${suggestion.text}, ${suggestion.detail}` : suggestion.text;
    reference.value = suggestion.reference ?? ""; // without one, the server finds the place by its text
    input.focus();
  };
  const options = optionList(input, choose);
  root.append(options.list, status);

  /** Close the list, and let no answer that is still under way open it again. */
  const quiet = () => {
    clearTimeout(timer);
    request.abort();
    options.show([]);
    status.textContent = "";
  };

  const ask = async (text) => {
    request = new AbortController();
    const { signal } = request;
    const url = new URL(suggest, location.href);
    url.searchParams.set("q", text);
    if (session.value) url.searchParams.set("session", session.value);
    try {
      const response = await fetch(url, { signal, headers: { accept: "application/json" } });
      const { suggestions, available } = response.ok ? await response.json() : { suggestions: [], available: false };
      if (signal.aborted || document.activeElement !== input) return;
      options.show(suggestions);
      const says = suggestions.length ? found.replace("%d", suggestions.length) : none;
      status.textContent = available ? says : "";
    } catch {
      if (!signal.aborted) quiet(); // no suggestions, no fuss: what is typed counts
    }
  };

  input.addEventListener("input", (event) => {
    reference.value = "";
    clearTimeout(timer);
    request.abort();
    const text = input.value.trim();
    if (event.isComposing) return;
    if (text.length < Number(min)) quiet();
    else timer = setTimeout(ask, PAUSE, text);
  });
  input.addEventListener("blur", quiet);
  input.addEventListener("keydown", (event) => {
    if (!options.isOpen() || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") options.step(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" && options.chosen()) choose(options.chosen());
    else if (event.key === "Escape") quiet();
    else {
      if (event.key === "Home" || event.key === "End") options.mark(-1); // back to the text, where the caret moves
      return;
    }
    event.preventDefault();
  });
}
