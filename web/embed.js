// Puts the booking page on another site:
//   <script async src="https://booking.example/embed.js" data-business="acme" data-brand="#0a7"></script>
// Styles are set through the object model, so that a strict content security policy of the site doesn't stop them.

const script = document.currentScript;
const { origin } = new URL(script.src);
const settings = script.dataset;

/** What the site's own address may hand on, if it says so with data-forward. */
const FORWARDED = /^(name|email|phone|address|postal_code|unit|city|notes|product|industry)$/;
const HEIGHTS = [100, 20000]; // pixels; whatever the page says stays within

/** @param {string} tag @param {Partial<CSSStyleDeclaration>} style @param {object} [properties] */
function make(tag, style, properties) {
  const element = Object.assign(document.createElement(tag), properties);
  Object.assign(element.style, style);
  return element;
}

/** The page's address with everything that the site settled. */
function address() {
  const url = new URL(`/book/${encodeURIComponent(settings.business)}`, origin);
  const query = url.searchParams;
  if (settings.forward === "true") {
    for (const [name, value] of new URLSearchParams(location.search)) if (FORWARDED.test(name)) query.set(name, value);
  }
  for (const [key, value] of Object.entries(settings)) {
    if (!key.startsWith("prefill")) continue;
    const name = key.slice(7).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).slice(1);
    if (FORWARDED.test(name)) query.set(name, value);
  }
  for (const name of ["product", "industry", "lang", "theme"]) if (settings[name]) query.set(name, settings[name]);
  if (settings.brand) query.set("brand", settings.brand.replace("#", ""));
  query.set("host", location.origin);
  return url.href;
}

/** Say what happened on the script's own element, or on the document once the site has taken that away. */
function tell(name, detail) {
  (script.isConnected ? script : document).dispatchEvent(new CustomEvent(`fieldfare:${name}`, { detail, bubbles: true }));
}

/** @param {boolean} inline @param {() => void} [onClose] */
function makeFrame(inline, onClose) {
  const frame = make("iframe", { display: "block", width: "100%", height: "640px", border: "0" });
  frame.title = settings.title || settings.label || "Book a visit";
  frame.allow = "geolocation";
  if (inline) frame.loading = "lazy";
  if (settings.theme) frame.style.colorScheme = settings.theme;
  let steps = 0;
  let ready = false;
  addEventListener("message", ({ origin: from, source, data }) => {
    if (from !== origin || source !== frame.contentWindow || data?.source !== "fieldfare") return;
    const { event, source: _, ...detail } = data;
    if (event === "size") {
      const [least, most] = HEIGHTS;
      if (Number.isInteger(detail.height)) frame.style.height = `${Math.min(most, Math.max(least, detail.height))}px`;
    } else if (event === "close") {
      onClose?.();
    } else if (/^(ready|step|held|booked|failed)$/.test(event)) {
      // The next step begins at its top, which may have been scrolled away.
      if (event === "step" && steps++ && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
      if (event !== "ready" || !ready) tell(event, detail); // each first page says it; the frame is ready once
      ready ||= event === "ready";
    }
  });
  frame.src = address();
  return frame;
}

/** Black or white, whichever reads better on a colour. */
function inkOn(colour) {
  const hex = colour.replace("#", "").replace(/^(.)(.)(.)$/, "$1$1$2$2$3$3");
  const [red, green, blue] = [0, 2, 4].map((at) => (parseInt(hex.slice(at, at + 2), 16) / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000" : "#fff";
}

/** Close a dialog by a press that begins and ends beside it: on its own edge, or with a text marked, nobody means that. */
function closeBeside(dialog) {
  let began = false;
  const isBeside = ({ target, clientX: x, clientY: y }) => {
    const { left, top, right, bottom } = dialog.getBoundingClientRect();
    return target === dialog && (x < left || x > right || y < top || y > bottom);
  };
  dialog.addEventListener("pointerdown", (event) => (began = isBeside(event)));
  dialog.addEventListener("click", (event) => began && isBeside(event) && dialog.close());
}

/** The dialog around the page, made when it is first opened and kept with what was typed in it. */
function makeDialog() {
  const dialog = make("dialog", {
    width: "min(100vw, 48rem)",
    maxWidth: "100vw",
    maxHeight: "94dvh",
    marginBlock: "3dvh auto", // centred, it would move under the pointer as the page in it grows
    padding: "0",
    border: "0",
    borderRadius: "16px",
    overflow: "auto",
    boxShadow: "0 16px 64px rgba(0, 0, 0, .4)",
  });
  const frame = makeFrame(false, () => dialog.close());
  const close = make(
    "button",
    {
      position: "sticky",
      insetBlockStart: "0",
      zIndex: "1",
      display: "block",
      width: "44px",
      height: "44px",
      marginInlineStart: "auto",
      border: "0",
      borderRadius: "12px",
      background: "#fff",
      color: "#111",
      font: "24px/1 system-ui",
      cursor: "pointer",
    },
    { type: "button", textContent: "×", onclick: () => dialog.close() },
  );
  close.setAttribute("aria-label", settings.close || (/^fr/.test(settings.lang) ? "Fermer" : "Close"));
  dialog.setAttribute("aria-label", frame.title);
  closeBeside(dialog);
  dialog.append(close, frame);
  document.body.append(dialog);
  return dialog;
}

let dialog;
const open = () => (dialog ||= makeDialog()).open || dialog.showModal();
const close = () => dialog?.close();

/** The button that floats over the site. */
function floatButton() {
  const background = /^#?([\da-f]{3}){1,2}$/i.test(settings.brand) ? `#${settings.brand.replace("#", "")}` : "#1f2937";
  const style = {
    position: "fixed",
    insetBlockEnd: "20px",
    insetInlineEnd: "20px",
    zIndex: "2147483000",
    minHeight: "52px",
    padding: "0 24px",
    border: "0",
    borderRadius: "26px",
    background,
    color: inkOn(background),
    font: "600 16px/1 system-ui, sans-serif",
    boxShadow: "0 4px 20px rgba(0, 0, 0, .3)",
    cursor: "pointer",
  };
  document.body.append(make("button", style, { type: "button", textContent: settings.label || "Book a visit", onclick: open }));
}

function start() {
  if (settings.mode === "button" || settings.mode === "popup") {
    window.Fieldfare = { open, close };
    if (settings.mode === "button") return floatButton();
    // Listened for on the document: the site may add its own buttons later.
    return document.addEventListener("click", (event) => {
      if (!settings.target || !event.target.closest?.(settings.target)) return;
      event.preventDefault();
      open();
    });
  }
  const frame = makeFrame(true);
  const into = settings.into && document.querySelector(settings.into);
  if (into) into.append(frame);
  else script.after(frame);
}

// An async script in the head may come before the page's body.
if (document.body) start();
else addEventListener("DOMContentLoaded", start);
