// Opens the dialogs of the page. A link with `data-dialog` shows its page's dialog here instead of going there, a form
// in it is sent from here, and what the server refuses is said here as well. Without scripts all of them are pages.
//
// The page's scripts are bundled one by one, so that what several of them share is kept in the document, not in here.
import { announce } from "./announce.js";
import { contentOf } from "./dialog_content.js";

const FORM = "application/x-www-form-urlencoded";

/** The opener of a dialog, which gets the focus back. @type {WeakMap<HTMLDialogElement, Element>} */
const openers = new WeakMap();

/** @returns {HTMLDialogElement} the page's one dialog for content that comes from elsewhere */
function dialogOfPage() {
  const found = document.getElementById("desk-dialog");
  if (found) return found;
  const dialog = document.createElement("dialog");
  dialog.id = "desk-dialog";
  dialog.className = "sheet-dialog";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "plain dialog-close";
  close.setAttribute("aria-label", "Close");
  close.textContent = "×";
  const body = document.createElement("div");
  body.className = "dialog-body";
  dialog.append(close, body);
  listen(dialog);
  document.body.append(dialog);
  return dialog;
}

/** @param {HTMLDialogElement} dialog */
function listen(dialog) {
  dialog.addEventListener("click", (event) => {
    const cancels = event.target.closest(".dialog-close, [data-close]");
    const beside = event.target === dialog && !("touched" in dialog.dataset); // what was typed is not lost so easily
    if (!cancels && !(beside && isOutside(event, dialog))) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("input", () => {
    dialog.dataset.touched = "";
  });
  dialog.addEventListener("submit", (event) => send(event, dialog));
  dialog.addEventListener("close", () => {
    const opener = openers.get(dialog);
    dialog.querySelector(".dialog-body").replaceChildren();
    if (opener) again(opener)?.focus();
    document.dispatchEvent(new CustomEvent("desk:closed"));
  });
}

/** The opener, or what has come in its place since. @param {Element} opener */
function again(opener) {
  if (opener.isConnected) return opener;
  const href = opener.getAttribute("href");
  return (
    (opener.id && document.getElementById(opener.id)) ||
    (href && document.querySelector(`[href="${CSS.escape(href)}"]`)) ||
    document.getElementById("main")
  );
}

/** @param {MouseEvent} event @param {Element} dialog */
function isOutside({ clientX, clientY }, dialog) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

/** Show a page that came, and say what it is: a refusal first, else its heading. */
function show(dialog, text, address) {
  const content = contentOf(text, address, dialog);
  if (!content) return false;
  const body = dialog.querySelector(".dialog-body");
  body.replaceChildren(...content.nodes);
  delete dialog.dataset.touched;
  dialog.dataset.address = address;
  dialog.classList.toggle("wide", content.wide);
  const heading = body.querySelector("h2");
  if (heading) {
    heading.id ||= "dialog-title";
    heading.tabIndex = -1;
    heading.classList.add("dialog-title");
    dialog.setAttribute("aria-labelledby", heading.id);
  } else dialog.removeAttribute("aria-labelledby");
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  const fault = body.querySelector("[role=alert]");
  if (fault) fault.tabIndex = -1;
  (fault ?? body.querySelector("[autofocus]") ?? heading ?? body.querySelector("input, select, button"))?.focus();
  document.dispatchEvent(new CustomEvent("desk:inserted", { detail: { element: body } }));
  return true;
}

/**
 * Show the page of an address in a dialog. Where that can't be, go to the page.
 * @param {string} address
 * @param {Element} [opener] gets the focus back
 * @returns {Promise<HTMLDialogElement | null>}
 */
export async function openDialog(address, opener = document.activeElement) {
  const url = new URL(address, location.href);
  const dialog = dialogOfPage();
  opener?.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(url, { headers: { accept: "text/html" } });
    const text = await response.text();
    if (response.redirected && new URL(response.url).pathname !== url.pathname) throw new Error("it leads elsewhere");
    if (opener && !dialog.contains(opener)) openers.set(dialog, opener);
    if (!show(dialog, text, response.url)) throw new Error("it has nothing to show");
    return dialog;
  } catch {
    location.assign(url); // the page itself says what is wrong, or where to sign in
    return null;
  } finally {
    opener?.removeAttribute("aria-busy");
  }
}

/** Send a form of the dialog: what is done leads to a page, what is refused is said here. */
async function send(event, dialog) {
  const form = event.target;
  const { submitter } = event;
  const method = (submitter?.getAttribute("formmethod") ?? form.method).toLowerCase();
  if (event.defaultPrevented || form.target || method === "dialog" || form.querySelector("[type=file]")) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  const url = new URL(submitter?.getAttribute("formaction") || form.getAttribute("action") || dialog.dataset.address, location.href);
  const fields = new URLSearchParams(new FormData(form, submitter));
  const init = method === "post" ? { method: "POST", body: fields, headers: { "Content-Type": FORM } } : {};
  if (method !== "post") url.search = fields;
  try {
    const response = await fetch(url, { ...init, headers: { ...init.headers, accept: "text/html" } });
    if (method === "post" && response.redirected) return leave(response.url, dialog);
    const text = await response.text();
    if (!show(dialog, text, method === "post" ? dialog.dataset.address : response.url)) leave(response.url, dialog);
  } catch {
    announce("The server can't be reached. Nothing was changed; try again in a moment.", { assertive: true });
  } finally {
    form.ariaBusy = null;
  }
}

/** Go where the server wants; a page that shows it without being loaded anew prevents that. */
function leave(address, dialog) {
  const done = new CustomEvent("desk:done", { cancelable: true, detail: { address } });
  if (!document.dispatchEvent(done)) return dialog.close();
  const here = new URL(location.href);
  const there = new URL(address, here);
  location.assign(there);
  if (there.href.split("#")[0] === here.href.split("#")[0]) location.reload();
}

/** Follow the links of the page, also those that come later. */
export function dialogs() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-dialog]");
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || event.defaultPrevented || elsewhere) return;
    event.preventDefault();
    openDialog(link.href, link);
  });
}
