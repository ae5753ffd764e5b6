// The dispatch board: who is where and when, to look at and to change by mouse, pen, finger or keyboard.
import "./styles/desk/board.css";
import { barOf } from "./board/bar.js";
import { carrier } from "./board/carry.js";
import { checker } from "./board/check.js";
import { askReason, showFacts } from "./board/dialog.js";
import { dragging } from "./board/drag.js";
import { drawAxis, drawNow, drawRows } from "./board/draw.js";
import { frame } from "./board/frame.js";
import { keyboard } from "./board/keyboard.js";
import { live } from "./board/live.js";
import { mover } from "./board/moves.js";
import { drawQueue } from "./board/queue.js";
import { scaleOf } from "./board/scale.js";
import { storeOf } from "./board/store.js";
import { stretching } from "./board/stretch.js";
import { toasts } from "./board/toast.js";
import { wordsIn } from "./board/words.js";
import { openDialog } from "./desk/dialogs.js";

const MINUTE = 60_000;

/** @param {HTMLElement} root */
async function start(root) {
  const { url = `/desk/board/data${location.search}`, check = "/desk/board/check", why = "/desk/board/why" } = root.dataset;
  const { time = "/desk/board/time", changes = "/desk/changes", changed = "/desk/board/changed" } = root.dataset;
  const brought = document.getElementById("board-data");
  const store = storeOf(url, brought ? JSON.parse(brought.textContent) : null);
  if (!store.data) await store.fetch();
  document.querySelector("[data-instead-of=board]")?.setAttribute("hidden", "");
  const parts = frame(root);
  parts.head = parts.axis.parentElement;
  const words = wordsIn(store.data.zone);
  let dirty = false; // something came while something was carried
  let fetching = null;
  let again = false;
  let savingId = null;
  let swallow = 0;
  let asked = questionIn(new URLSearchParams(location.search)); // the page of a booking leads here with one

  const board = {
    parts,
    store,
    check: checker(check),
    changed,
    toast: toasts(root),
    view: viewOf(store.data, words),

    /** Draw what has changed, and keep focus and place. */
    redraw() {
      const { data } = store;
      const before = board.view;
      board.view = viewOf(data, words, before);
      const whole = board.view !== before || !parts.rows.childElementCount;
      const focus = focused();
      parts.board.classList.toggle("is-week", board.view.week);
      parts.inner.style.setProperty("--hours", board.view.scale.hours);
      bar.hasNow(Boolean(board.view.scale.dayOf(store.now())));
      if (whole) bar.fit();
      if (whole) drawAxis(parts, data, board.view);
      drawRows(parts.rows, data, board.view, whole);
      drawQueue(parts.queue, data, board.view);
      drawNow(parts, store.now(), board.view);
      parts.empty.hidden = data.technicians.length > 0;
      mark();
      keys.rove();
      refocus(focus);
    },

    /** Fetch the board again, once more if it is asked for meanwhile; what comes while something is carried waits until it is put down. */
    refresh() {
      board.check.forget();
      if (fetching) {
        again = true;
        return fetching;
      }
      fetching = (async () => {
        do {
          again = false;
          try {
            await store.fetch();
            bar.live(true);
          } catch {
            bar.live(false);
          }
        } while (again);
        fetching = null;
        if (board.carry.load) dirty = true;
        else if (!savingId) board.redraw();
      })();
      return fetching;
    },

    /** Nothing is carried any more. */
    settled() {
      if (!dirty) return;
      dirty = false;
      board.redraw();
    },

    saving(id) {
      savingId = id;
      mark();
    },

    /** @param {number} y @returns {HTMLElement | undefined} the row at a height of the window */
    rowAt(y) {
      const top = parts.rows.getBoundingClientRect().top;
      return [...parts.rows.children].find((row) => y - top >= row.offsetTop && y - top < row.offsetTop + row.offsetHeight);
    },

    focusItem(id) {
      const element = id && parts.board.querySelector(`[data-id="${CSS.escape(id)}"]`);
      if (element) keys.reach(element);
    },

    /** Open a page of the desk as a dialog, and come back to an item afterwards. */
    async open(address, id) {
      const opener = document.activeElement;
      if (!(await openDialog(address, null))) return; // its own way back would come late, and hit whoever went on
      const back = () => {
        if (parts.board.contains(document.activeElement)) return; // the browser was faster, or somebody went on
        if (id) board.focusItem(id);
        else (opener.isConnected ? opener : document.getElementById(opener.id))?.focus();
      };
      document.addEventListener("desk:closed", back, { once: true });
    },

    why(technician, at) {
      if (store.data.may.why === false) return;
      board.open(`${why}?${new URLSearchParams({ ...asked, technician, start: at })}`);
    },

    block(row, from, to) {
      if (!store.data.may.block) return board.toast.say("Your account may not block time.");
      const whose = row.dataset.technician ? { technician: row.dataset.technician } : { resource: row.dataset.resource };
      board.open(`${time}?${new URLSearchParams({ ...whose, start: from, end: to })}`);
    },

    /** The click that ends a drag is none. */
    swallowClick() {
      swallow = Date.now() + 300;
    },
    askReason: (place) => askReason(board, place),
  };

  const mark = () => {
    for (const old of parts.board.querySelectorAll(".is-saving")) old.classList.remove("is-saving");
    if (savingId) parts.board.querySelector(`[data-id="${CSS.escape(savingId)}"]`)?.classList.add("is-saving");
  };

  /** @returns {null | {id?: string, technician?: string, at?: number}} where the focus is on the board */
  const focused = () => {
    const spot = document.activeElement?.closest?.(".bd-item, .bd-cursor, .bd-card");
    if (!spot || !parts.board.contains(spot)) return null;
    return { id: spot.dataset.id, row: spot.closest(".bd-row")?.dataset.row, at: Number(spot.dataset.start), spot };
  };
  const refocus = (focus) => {
    if (!focus || (focus.spot.isConnected && focus.spot === document.activeElement)) return;
    const same = focus.id && parts.board.querySelector(`[data-id="${CSS.escape(focus.id)}"]`);
    const row = focus.row && parts.rows.querySelector(`[data-row="${CSS.escape(focus.row)}"]`);
    const spot = same || (row && keys.spotAt(row, focus.at)) || parts.rows.querySelector('[tabindex="0"]');
    if (!spot) return;
    if (!spot.matches(".bd-card")) {
      for (const other of parts.rows.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
      spot.tabIndex = 0;
    }
    spot.focus({ preventScroll: true });
  };

  const bar = barOf(board);
  board.carry = carrier(board);
  board.move = mover(board);
  const keys = keyboard(board);
  dragging(board);
  stretching(board);

  parts.board.addEventListener(
    "click",
    (event) => {
      if (Date.now() > swallow) return;
      swallow = 0;
      event.stopPropagation();
      event.preventDefault();
    },
    { capture: true },
  );
  parts.board.addEventListener("click", (event) => {
    const element = event.target.closest("[data-id]");
    const item = element && !board.carry.load && store.item(element.dataset.id);
    if (item) showFacts(board, item, element);
  });
  // Whoever asks why once asks for the same customer again.
  document.addEventListener("submit", ({ target }) => {
    if (new URL(target.action).pathname === why) asked = questionIn(new FormData(target));
  });
  // What a dialog of ours has done is seen on the board: the page needs no loading.
  document.addEventListener("desk:done", (event) => {
    const there = new URL(event.detail.address, location.href);
    const date = there.searchParams.get("date");
    if (there.pathname !== location.pathname || (date && !store.data.days.some((day) => day.date === date))) return;
    event.preventDefault();
    board.refresh();
    noticeOf(there).then((notice) => board.toast.show(notice ?? "Saved. The board shows it."));
  });

  board.redraw();
  bar.toNow();
  root.dataset.ready = "true";
  performance.mark("board:usable");
  setInterval(() => drawNow(parts, store.now(), board.view), MINUTE / 2);

  live(changes, { refresh: board.refresh, state: bar.live });
}

/** @param {URLSearchParams | FormData} values @returns {Record<string, string>} what is to be done, and where */
function questionIn(values) {
  return Object.fromEntries(["product", "place"].map((name) => [name, values.get(name)]).filter(([, value]) => value));
}

/** @param {URL} address @returns {Promise<string | null>} what a page has to say first */
async function noticeOf(address) {
  try {
    const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
    return page.querySelector("main > .notice")?.textContent.trim() || null;
  } catch {
    return null; // the board itself shows what was done
  }
}

/** How data are shown; the same object as before where nothing of it has changed. */
function viewOf(data, words, before) {
  const print = JSON.stringify([data.days, data.ticks, data.blocks, data.view]);
  if (before?.print === print) return before;
  return { print, scale: scaleOf(data), words, week: data.view === "week" };
}

const root = document.getElementById("board");
if (root) {
  start(root).catch((error) => {
    // The list shows the same: whoever can't have the board isn't left with nothing.
    root.replaceChildren();
    const list = document.querySelector("[data-instead-of=board]");
    list?.removeAttribute("hidden");
    list?.classList.add("is-needed");
    throw error;
  });
}
