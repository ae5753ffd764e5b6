// Writes what was moved, by the same API as everybody, shows it before the answer is in, and takes it back on demand.

import { reasons } from "./carry.js";
import { UNDO } from "./toast.js";
import { sentence, titleOf } from "./words.js";

const API = "/api/v1/staff";

const iso = (at) => new Date(at * 1000).toISOString().replace(".000", "");

/** @returns {string} a key of its own for each attempt; `randomUUID` is there in secure contexts only */
const onceKey = () =>
  crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** @returns {{verb: string, body: object}} which call makes of an item what is wanted */
function callFor(item, { technician, start, reason }) {
  const override = reason ? { override: { reason } } : {};
  if (item.status === "requested") return { verb: "accept", body: { technician, start: iso(start), ...override } };
  if (start === item.start) return { verb: "assign", body: { technician, ...override } };
  return { verb: "reschedule", body: { start: iso(start), technician, ...override } };
}

/** @returns {Promise<{ok: boolean, version?: number, problem?: object}>} */
async function send(item, place) {
  const { verb, body } = callFor(item, place);
  try {
    const answer = await fetch(`${API}/bookings/${encodeURIComponent(item.id)}/${verb}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": onceKey(), "If-Match": `"${item.version}"` },
      body: JSON.stringify(body),
      credentials: "same-origin",
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) return { ok: false, problem: { status: answer.status, ...said } };
    return { ok: true, version: Number(answer.headers.get("ETag")?.replace(/\D/g, "")) || item.version + 1 };
  } catch {
    return { ok: false, problem: { code: "offline" } };
  }
}

/** @param {object} board */
export function mover(board) {
  const { store, toast, check } = board;
  /** @type {null | {until: number, run: () => void}} */
  let back = null;

  /**
   * @param {object} item as it was
   * @param {{technician: string, start: number, reason?: string}} place
   * @param {{undoing?: boolean}} [how]
   */
  const move = async (item, place, { undoing = false } = {}) => {
    back = null;
    toast.close();
    const before = { technician: item.technician, start: item.start };
    store.place(item.id, place);
    board.saving(item.id);
    board.redraw();
    board.focusItem(item.id);
    const { ok, version, problem } = await send(item, place);
    board.saving(null);
    check.forget();
    if (!ok) return refused(item, place, problem, { undoing });
    await board.refresh();
    told(store.item(item.id) ?? { ...item, ...place, version }, before, { undoing, version });
  };

  const told = (item, before, { undoing, version }) => {
    const { words } = board.view;
    const text = sentence(`${titleOf(item)} ${undoing ? "is back" : "is"} with ${nameOf(item.technician)} at ${words.time(item.start)}`);
    const undo = !undoing && before.technician && version;
    if (!undo) return toast.show(text);
    const run = () => {
      if (!back) return;
      const now = store.item(item.id) ?? item;
      move({ ...now, version }, before, { undoing: true });
    };
    back = { until: Date.now() + UNDO, run };
    toast.show(text, { action: { label: "Undo", run } });
  };

  const refused = async (item, place, problem, { undoing }) => {
    const where = `${nameOf(place.technician)} at ${board.view.words.time(place.start)}`;
    const title = titleOf(item);
    if (problem.code === "changed_meanwhile") return conflict(item);
    if (problem.code === "needs_override" && store.data.may.override && !place.reason) {
      const verdict = (await judged(item, place)) ?? { broken: ruled(problem) };
      await board.refresh();
      const reason = await board.askReason({ item, ...place, verdict });
      if (reason) return move(store.item(item.id) ?? item, { ...place, reason }, { undoing });
      return toast.show(`${title} stays where it was.`);
    }
    const verdict = JUDGED.has(problem.code) ? await judged(item, place) : null;
    await board.refresh();
    const said = SAYS[problem.code] ?? problem.detail ?? problem.title ?? "the server refused it.";
    const why = verdict && !verdict.fits ? reasons(verdict) : said;
    toast.show(sentence(`${title} can't go to ${where}: ${why}`), { kind: "bad" });
  };

  const judged = (item, { technician, start }) => check.of({ booking: item.id, technician, start });

  /** Somebody else was first: show what is now, and say who did what. */
  const conflict = async (item) => {
    await board.refresh();
    const now = store.item(item.id);
    const { words } = board.view;
    const who = await changedBy(item.id);
    const state = now
      ? `it is ${now.technician ? `with ${nameOf(now.technician)}` : "waiting"}, ${words.date(now.start)}, ${words.time(now.start)}`
      : "it is no longer on this board";
    toast.show(sentence(`${titleOf(item)}: ${who} changed it in the meantime. Nothing of yours was saved; now ${state}`), { kind: "bad" });
    board.focusItem(item.id);
  };

  /** @returns {Promise<string>} who changed a booking last, by name */
  const changedBy = async (id) => {
    try {
      const answer = await fetch(`${board.changed}/${encodeURIComponent(id)}`);
      return (await answer.json()).who ?? "Somebody else";
    } catch {
      return "Somebody else";
    }
  };

  const nameOf = (id) => store.technician(id)?.name ?? "somebody on another page";

  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    if (!back || Date.now() > back.until || document.querySelector("dialog:modal")) return;
    if (event.target.closest?.("input, textarea, select")) return; // it takes back what was typed
    event.preventDefault();
    back.run();
  });

  return move;
}

/** What is refused because of the place; a check says why in words. */
const JUDGED = new Set(["slot_taken", "not_overridable", "needs_override"]);

const SAYS = {
  offline: "the server does not answer. Nothing was changed.",
  wrong_status: "it is no longer in a state in which it can be moved.",
  forbidden: "your account may not move visits.",
  not_found: "it no longer exists.",
};

const ruled = (problem) => (problem.rules ?? []).map((rule) => ({ words: String(rule.words ?? rule).replaceAll("_", " ") }));
