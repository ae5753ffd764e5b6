// Tells the page that embeds this one how high it is and how far the customer has come. Never what they typed.

const SAID = "fieldfare:said:";

/**
 * Tell whether something was not yet said in this tab: a page that is loaded anew says nothing twice. Where the browser
 * denies frames their storage, everything is news.
 * @param {string} name @param {string} value
 */
function isNews(name, value) {
  try {
    if (sessionStorage.getItem(SAID + name) === value) return false;
    sessionStorage.setItem(SAID + name, value);
  } catch {
    return true;
  }
  return true;
}

/** Post the page's events to the one origin that the server let embed it. */
export function tellHost() {
  const { host, step, booked, failed } = document.body.dataset;
  if (!host || window.parent === window) return;
  const { held } = document.body.dataset;
  /** @param {string} event @param {object} [detail] */
  const post = (event, detail) => window.parent.postMessage({ source: "fieldfare", event, ...detail }, host);

  // The root element is as high as its content; the viewport is as high as the frame, and would never shrink.
  const root = document.documentElement;
  new ResizeObserver(() => post("size", { height: Math.ceil(root.getBoundingClientRect().height) })).observe(root);

  if (isNews("ready", "yes")) post("ready");
  if (step) post("step", { step });
  if (held && isNews("held", held)) post("held");
  if (booked && isNews("booked", booked)) post("booked", { reference: booked });
  if (failed) post("failed", { code: failed });

  // A key that is pressed in a frame is unknown to the page around it, so its dialog would not close.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) post("close");
  });
}
