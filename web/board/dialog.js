// The board's own small dialogs: the facts of an item, and the question for a reason.

import { make } from "./dom.js";
import { markOf, movable } from "./draw.js";
import { length, sentence, signs, titleOf } from "./words.js";

const DAY = 86_400;

const dashed = (span) => span.replace(" to ", " – ");

/**
 * @param {HTMLElement} root @param {string} title @param {Node[]} content
 * @param {{kind: string, beside?: Element | null, onclose: () => void}} more
 * @returns {HTMLDialogElement}
 */
function show(root, title, content, { kind, beside, onclose }) {
  const heading = make("h2", { id: "bd-dialog-title", class: "dialog-title", tabindex: "-1" }, title);
  const close = make("button", { type: "button", class: "plain dialog-close", "aria-label": "Close" }, "×");
  const named = { class: `sheet-dialog bd-dialog is-${kind}`, "aria-labelledby": heading.id };
  const dialog = make("dialog", named, close, heading, ...content);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    onclose();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  root.append(dialog);
  dialog.showModal();
  if (beside && matchMedia("(min-width: 48rem)").matches) putBeside(dialog, beside);
  heading.focus();
  return dialog;
}

/** Below what it belongs to, or above where there is no room. */
function putBeside(dialog, element) {
  const around = element.getBoundingClientRect();
  const own = dialog.getBoundingClientRect();
  const below = around.bottom + 8;
  const top = below + own.height < innerHeight - 8 ? below : Math.max(8, around.top - own.height - 8);
  dialog.style.margin = "0";
  dialog.style.inset = "auto";
  dialog.style.top = `${top}px`;
  dialog.style.left = `${Math.min(Math.max(8, around.left), innerWidth - own.width - 8)}px`;
}

/** @returns {string} "Monday, Nov 23, 9:15 – 10:45 a.m."; what reaches over midnight has its dates in its label */
function when(item, words) {
  if (item.end - item.start >= DAY && item.label) return item.label;
  const day = words.date(item.start).replace(/^\S+ /, "");
  return `${words.weekday(item.start)}, ${day}, ${dashed(words.span(item.start, item.end))}`;
}

/**
 * What an item is, and what one can do with it.
 * @param {object} board @param {object} item @param {Element} element that was pressed
 */
export function showFacts(board, item, element) {
  const { parts, store, view } = board;
  const { words } = view;
  const technician = item.technician && store.technician(item.technician);
  const leg = item.before;
  const facts = {
    Customer: item.customer,
    When: when(item, words),
    Promised: item.promised && String(item.promised) !== `${item.start},${item.end}` && dashed(words.span(...item.promised)),
    Expected: item.estimated && dashed(words.span(...item.estimated)),
    Technician: technician?.name ?? (item.kind === "busy" ? null : "Nobody yet"),
    Where: item.where,
    Zone: item.zone,
    Hub: item.hub?.name,
    "Drive before": leg && (leg.words ?? length(leg.drive_seconds)) + (leg.short && !leg.words ? ", too short a gap" : ""),
    Reference: item.reference,
  };
  const list = make("dl", { class: "facts" });
  for (const [term, fact] of Object.entries(facts)) if (fact) list.append(make("dt", {}, term), make("dd", {}, fact));
  const marks = signs(item);
  const flags = marks.length && make("p", { class: "bd-marks" }, ...marks.map(markOf));
  const isNews = item.note && item.note !== marks.map((mark) => mark.words).join(", ");
  const note = isNews && make("p", { class: "hint" }, capital(item.note));
  let then = () => (element.isConnected ? element.focus() : board.focusItem(item.id));
  const go = (run) => () => {
    then = run;
    dialog.close();
  };
  const actions = make("div", { class: "actions" });
  if (item.conflict_href) actions.append(make("a", { class: "button", href: item.conflict_href }, "Settle the conflict…"));
  if (item.kind === "busy") {
    const own = store.data.may.block && item.href && !item.kept_in;
    if (own) actions.append(make("button", { type: "button", onclick: go(() => board.open(item.href, item.id)) }, "Change or free…"));
  } else {
    if (item.move_href && movable(item) && store.data.may.move) {
      actions.append(make("button", { type: "button", onclick: go(() => board.open(item.move_href, item.id)) }, "Move…"));
    }
    if (item.href) actions.append(make("a", { class: "button secondary", href: item.href }, "Open"));
  }
  const kept = item.kept_in && make("p", { class: "hint" }, `Kept in ${item.kept_in}: change it there.`);
  const content = [flags, kept, note, list, actions].filter(Boolean);
  const dialog = show(parts.root, titleOf(item), content, { kind: "facts", beside: element, onclose: () => then() });
}

const capital = (text) => sentence(text[0].toUpperCase() + text.slice(1));

/**
 * Ask why rules are to be broken.
 * @param {object} board @param {{item: object, technician: string, start: number, verdict: object}} place
 * @returns {Promise<string | null>} the reason; null where it is left
 */
export function askReason(board, { item, technician, start, verdict }) {
  const { parts, store, view } = board;
  return new Promise((answer) => {
    let reason = null;
    const rules = make("ul", {}, ...verdict.broken.map((rule) => make("li", {}, rule.words)));
    const field = make("textarea", {
      id: "bd-reason",
      name: "reason",
      rows: "2",
      required: true,
      maxlength: "300",
      "aria-describedby": "bd-reason-hint",
    });
    const form = make(
      "form",
      { method: "dialog" },
      make("p", {}, `With ${store.technician(technician)?.name} at ${view.words.time(start)}, this is broken:`),
      rules,
      make(
        "div",
        { class: "field" },
        make("label", { for: "bd-reason" }, "Why it is right nevertheless"),
        make("p", { class: "hint", id: "bd-reason-hint" }, "Kept in the audit trail, with your name."),
        field,
      ),
      make(
        "div",
        { class: "actions" },
        make("button", { type: "submit" }, "Move it anyway"),
        make("button", { type: "button", class: "secondary", onclick: () => dialog.close() }, "Leave it"),
      ),
    );
    form.addEventListener("submit", () => {
      reason = field.value.trim() || null;
    });
    const dialog = show(parts.root, titleOf(item), [form], { kind: "reason", onclose: () => answer(reason) });
    field.focus();
  });
}
