// What is being carried, by whichever hand: its ghost on the board, the live check, and what becomes of it when let go.

import { lay, make, still } from "./dom.js";
import { worth } from "./draw.js";
import { icon } from "./icons.js";
import { ABOVE } from "./layout.js";
import { sentence, titleOf } from "./words.js";

const FLIGHT = 220; // milliseconds that a refused item takes back to its place
const AT_A_GLANCE = 2; // reasons that are read while something moves; the drop gives all
const SAY_AFTER = 350; // milliseconds at rest before a verdict is said aloud: not each place on the way

/**
 * @param {object} board what the parts of the board share
 */
export function carrier(board) {
  const { parts, store, check, toast } = board;
  /** @type {null | {item: object, by: string, technician: string | null, start: number, ghost: HTMLElement, bubble: HTMLElement}} */
  let load = null;
  let speak = 0;

  const origin = () => parts.board.querySelector(`[data-id="${CSS.escape(load.item.id)}"]`);
  const lasts = () => load.item.end - load.item.start;
  const isBack = () => load.technician === load.item.technician && load.start === load.item.start;
  const rowOf = (technician) => parts.rows.querySelector(`.bd-row[data-technician="${CSS.escape(technician)}"]`);

  /** @param {object} item @param {"pointer" | "keyboard"} by */
  const lift = (item, by) => {
    const ghost = make("div", { class: "bd-ghost" }, make("span", { class: "bd-title" }, item.title), make("span", { class: "bd-when" }));
    const bubble = make("div", { class: "bd-bubble", "aria-hidden": "true" });
    load = { item, by, technician: item.technician, start: item.start, ghost, bubble };
    parts.over.append(ghost);
    parts.root.append(bubble);
    parts.board.dataset.carrying = by;
    origin()?.classList.add("is-lifted");
    show();
  };

  /** Carry it over a row, or over none; a start on the fine grid. */
  const over = (technician, start) => {
    if (!load || (load.technician === technician && load.start === start)) return;
    Object.assign(load, { technician, start });
    show();
  };

  const show = () => {
    const { ghost, technician, start, item } = load;
    const row = technician && rowOf(technician);
    ghost.hidden = !row;
    load.bubble.hidden = !row;
    for (const other of parts.rows.querySelectorAll(".is-target")) other.classList.remove("is-target");
    if (!row) return;
    row.classList.add("is-target");
    const { scale, words } = board.view;
    lay(ghost, scale.place(start), scale.place(start + lasts()));
    ghost.style.top = `${row.offsetTop + ABOVE}px`;
    ghost.lastChild.textContent = words.span(start, start + lasts()).replace(" to ", " – ");
    if (isBack()) return judge({ state: "back", text: "Where it is now" });
    const place = { booking: item.id, technician, start };
    const verdict = check.known(place);
    if (verdict) return judge(stateOf(verdict));
    judge({ state: "asking", text: "Checking…" });
    check.of(place).then((answer) => {
      if (!load || load.item.id !== item.id || load.technician !== technician || load.start !== start) return;
      judge(answer ? stateOf(answer) : { state: "unknown", text: "The check does not answer; the drop will." });
    });
  };

  const judge = ({ state, text }) => {
    const { ghost, bubble, technician, start, by } = load;
    ghost.dataset.verdict = state;
    ghost.dataset.technician = technician;
    ghost.dataset.start = start;
    bubble.dataset.verdict = state;
    const signs = { good: "done", bad: "no", soft: "at_risk", asking: "wait", unknown: "wait", back: null };
    const { words } = board.view;
    const name = store.technician(technician)?.name ?? "";
    bubble.replaceChildren(
      make("b", {}, `${name}, ${words.time(start)}`),
      make("span", {}, signs[state] && icon(signs[state]), text),
    );
    settleBubble();
    clearTimeout(speak);
    if (by !== "keyboard" || state === "asking") return;
    speak = setTimeout(() => load && toast.say(`${name}, ${words.time(start)}: ${text}`), SAY_AFTER);
  };

  /** Keep what is said beside the ghost, and on the screen. */
  const settleBubble = () => {
    const { ghost, bubble } = load;
    const around = ghost.getBoundingClientRect();
    const own = bubble.getBoundingClientRect();
    const fits = around.bottom + 8 + own.height < innerHeight;
    bubble.style.top = `${Math.max(8, fits ? around.bottom + 8 : around.top - own.height - 8)}px`;
    bubble.style.left = `${Math.min(Math.max(8, around.left), Math.max(8, innerWidth - own.width - 8))}px`;
  };

  const end = () => {
    clearTimeout(speak);
    origin()?.classList.remove("is-lifted");
    load.ghost.remove();
    load.bubble.remove();
    for (const row of parts.rows.querySelectorAll(".is-target")) row.classList.remove("is-target");
    delete parts.board.dataset.carrying;
    load = null;
    board.settled();
  };

  /** Let it fly back to where it came from. */
  const fly = async () => {
    const { ghost, bubble, item } = load;
    bubble.remove();
    const row = item.technician && rowOf(item.technician);
    if (!row || ghost.hidden || still()) return end();
    const { scale } = board.view;
    const to = { left: `${scale.place(item.start) * 100}%`, top: `${row.offsetTop + ABOVE}px` };
    ghost.dataset.verdict = "bad";
    ghost.animate([{ left: ghost.style.left, top: ghost.style.top }, to], { duration: FLIGHT, easing: "ease-out", fill: "forwards" });
    await new Promise((landed) => setTimeout(landed, FLIGHT)); // a busy machine draws late: nobody waits for its frames
    end();
  };

  const bounce = async (text, link) => {
    toast.show(text, { kind: "bad", link });
    await fly();
  };

  const drop = async () => {
    if (!load) return;
    const { item, technician, start } = load;
    if (!technician) {
      toast.say("Left where it was.");
      return fly();
    }
    if (isBack()) return end();
    const title = titleOf(item);
    load.ghost.dataset.state = "dropped";
    const verdict = await check.of({ booking: item.id, technician, start });
    if (!load) return;
    const { words } = board.view;
    if (verdict && !verdict.fits) {
      const soft = verdict.overridable && store.data.may.override;
      const ruled = verdict.broken.filter((rule) => rule.setting);
      const { setting } = ruled.find((rule) => !rule.overridable) ?? ruled[0] ?? {};
      if (!soft) {
        const said = sentence(`${title} can't go to ${store.technician(technician)?.name} at ${words.time(start)}: ${reasons(verdict)}`);
        return bounce(said, setting && { label: "Look at the setting", href: setting });
      }
      load.bubble.hidden = true;
      const reason = await board.askReason({ item, technician, start, verdict });
      if (!load) return;
      if (!reason) {
        toast.say(`${title} stays where it was.`);
        return fly();
      }
      end();
      return board.move(item, { technician, start, reason });
    }
    end();
    return board.move(item, { technician, start });
  };

  return {
    lift,
    over,
    drop,
    cancel() {
      if (!load) return;
      toast.say(`${titleOf(load.item)} stays where it was.`);
      end();
    },
    bounce,
    /** @returns {null | {item: object, by: string, technician: string | null, start: number}} */
    get load() {
      return load;
    },
    settle: () => load && !load.bubble.hidden && settleBubble(),
  };

  function stateOf(verdict) {
    if (verdict.fits) return { state: "good", text: worth(verdict) };
    const soft = verdict.overridable && store.data.may.override;
    const why = reasons(verdict, AT_A_GLANCE);
    return { state: soft ? "soft" : "bad", text: soft ? `${why} You may override this.` : why };
  }
}

/**
 * @param {object} verdict
 * @param {number} [most] reasons to give; those that nobody overrides come first
 * @returns {string} why a place won't do, in words
 */
export function reasons(verdict, most = Infinity) {
  const broken = (verdict.broken ?? []).filter((rule) => rule.words);
  const said = [...broken].sort((a, b) => Number(a.overridable) - Number(b.overridable)).map((rule) => rule.words);
  if (!said.length) return verdict.words;
  const more = said.length > most ? ` And ${said.length - most} more.` : "";
  return said.slice(0, most).join(" ") + more;
}
