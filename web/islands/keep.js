// Keeps what was typed until the visit is booked, so that neither a lapsed hold nor the back button costs it.

const PREFIX = "fieldfare:keep:";

/**
 * The tab's own storage, or nothing where the browser denies it to frames of other sites.
 * @returns {Storage | null}
 */
function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

/** @param {HTMLFormElement} form @returns {(HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[]} */
const fields = (form) =>
  [...form.elements].filter(({ name, type }) => name && /^(text|email|tel|url|search|textarea|select-one|checkbox)$/.test(type));

/** @param {HTMLFormElement} form */
export function keep(form) {
  const store = storage();
  const key = PREFIX + form.dataset.keep;
  if (!store || !form.dataset.keep) return;

  const save = () => {
    const typed = fields(form).map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]);
    try {
      store.setItem(key, JSON.stringify(Object.fromEntries(typed)));
    } catch {
      return; // full or closed: the form itself still holds everything
    }
  };
  // An answer to this very form brings along what was typed; any other page knows less than the tab does.
  const typed = "fresh" in form.dataset ? {} : JSON.parse(store.getItem(key) ?? "{}");
  for (const field of fields(form)) {
    const value = typed[field.name];
    if (value === undefined) continue;
    if (field.type === "checkbox") field.checked = value === true;
    else field.value = value;
  }
  form.addEventListener("input", save);
  form.addEventListener("change", save);
}

/** Drop everything that was kept: the visit is booked. */
export function forget() {
  const store = storage();
  for (const key of Object.keys(store ?? {})) if (key.startsWith(PREFIX)) store.removeItem(key);
}
