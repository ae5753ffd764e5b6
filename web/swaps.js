// What htmx leaves to us about every swap: an answer that is not the part that was asked for, and a focus that is lost.

/**
 * Do by the browser's own means what htmx was to do: the whole page goes on, as it would without a script.
 * @param {object} ctx htmx's account of a request
 */
function goOn({ sourceElement: source, response }) {
  const link = source?.closest?.("a[href]");
  if (link) location.assign(link.href);
  else if (source?.form) source.form.requestSubmit(source);
  // A refresh that nobody asked for and that failed leaves things as they are; the next click meets the truth.
  else if (source === document.body || !response || response.status < 400) location.reload();
}

/**
 * Where the focused element went away with what was swapped, go on beside it and not at the page's start.
 * @param {string} id of what was swapped
 */
function refocus(id) {
  const place = document.getElementById(id);
  if (!place || document.activeElement !== document.body) return;
  const next = place.querySelector("button, a[href]") ?? place;
  if (next === place) place.tabIndex = -1;
  next.focus({ preventScroll: true });
}

/** Watch every swap and every failure. */
export function guardSwaps() {
  let focused = "";

  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    const whole = tasks.some(({ type, fragment }) => type === "main" && fragment.childElementCount > 0);
    focused = ctx.target?.contains?.(document.activeElement) ? ctx.target.id : "";
    if (whole && ctx.response.status < 400) return;
    event.preventDefault();
    goOn(ctx);
  });

  document.addEventListener("htmx:after:swap", () => focused && refocus(focused));

  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    // No answer at all: what the customer asked for is tried once more by the browser, which can say why it fails.
    if (ctx?.sourceElement?.matches?.("a[href], button")) goOn(ctx);
  });
}
