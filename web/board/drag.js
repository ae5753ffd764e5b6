// Carries items by mouse, pen and finger. A finger presses long first, since a short one scrolls.

const SLACK = 4; // pixels that a hand may tremble
const LONG = 350; // milliseconds of a long press
const EDGE = 44; // pixels from the edge of the board where it begins to scroll
const SPEED = 14;

/** @param {object} board */
export function dragging(board) {
  const { parts, carry, store } = board;
  /** @type {null | {item: object, pointer: number, x: number, y: number, grip: number, timer: number, active: boolean, touch: boolean}} */
  let press = null;
  let frame = 0;
  let last = { x: 0, y: 0 };

  const begin = () => {
    if (!press || press.active) return;
    clearTimeout(press.timer);
    press.active = true;
    try {
      parts.board.setPointerCapture(press.pointer);
    } catch {
      // The pointer has gone meanwhile: its end comes as an event of its own.
    }
    if (press.touch) navigator.vibrate?.(10);
    carry.lift(press.item, "pointer");
    follow();
    frame = requestAnimationFrame(scrollAtEdges);
  };

  /** Which row, and which start, lie under the pointer. */
  const follow = () => {
    const { left, width } = parts.over.getBoundingClientRect();
    const { scale } = board.view;
    const view = parts.scroller.getBoundingClientRect();
    const inside = last.y > view.top + parts.head.offsetHeight && last.y < view.bottom && last.x > view.left && last.x < view.right;
    const row = inside ? board.rowAt(last.y) : null;
    const start = scale.snap(scale.instant((last.x - left) / width - press.grip));
    carry.over(row?.dataset.technician ?? null, start);
  };

  const scrollAtEdges = () => {
    if (!press?.active) return;
    const { left, right, top, bottom } = parts.scroller.getBoundingClientRect();
    const start = left + parts.corner.offsetWidth;
    const head = top + parts.head.offsetHeight;
    const push = (at, low, high) => (at < low + EDGE ? -1 : at > high - EDGE ? 1 : 0);
    const inside = last.x > left && last.x < right && last.y > top && last.y < bottom;
    if (inside) {
      const before = [parts.scroller.scrollLeft, parts.scroller.scrollTop];
      parts.scroller.scrollBy(push(last.x, start, right) * SPEED, push(last.y, head, bottom) * SPEED);
      if (before[0] !== parts.scroller.scrollLeft || before[1] !== parts.scroller.scrollTop) follow();
    }
    carry.settle();
    frame = requestAnimationFrame(scrollAtEdges);
  };

  const stop = () => {
    clearTimeout(press?.timer);
    cancelAnimationFrame(frame);
    press = null;
  };

  parts.board.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary || carry.load) return;
    const element = event.target.closest("[data-id][data-movable]");
    if (!element || !store.data.may.move) return;
    const item = store.item(element.dataset.id);
    if (!item) return;
    const touch = event.pointerType === "touch";
    const box = element.getBoundingClientRect();
    const onBoard = element.classList.contains("bd-item");
    const lane = parts.over.getBoundingClientRect();
    const grip = onBoard ? (event.clientX - lane.left) / lane.width - board.view.scale.place(item.start) : 0;
    press = { item, pointer: event.pointerId, x: event.clientX, y: event.clientY, grip, timer: 0, active: false, touch };
    last = { x: event.clientX, y: event.clientY };
    if (!onBoard) press.grip = Math.min((event.clientX - box.left) / lane.width, 0.01);
    if (touch) press.timer = setTimeout(begin, LONG);
  });

  addEventListener("pointermove", (event) => {
    if (!press || event.pointerId !== press.pointer) return;
    last = { x: event.clientX, y: event.clientY };
    if (press.active) return follow();
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y);
    if (press.touch) {
      if (far > SLACK * 3) stop(); // it scrolls
    } else if (far > SLACK) begin();
  });

  addEventListener("pointerup", (event) => {
    if (!press || event.pointerId !== press.pointer) return;
    const { active } = press;
    if (active) {
      last = { x: event.clientX, y: event.clientY };
      follow();
    }
    stop();
    if (!active) return;
    board.swallowClick();
    carry.drop();
  });

  addEventListener("pointercancel", (event) => {
    if (!press || event.pointerId !== press.pointer) return;
    const { active } = press;
    stop();
    if (active) carry.cancel();
  });

  // A finger that carries something doesn't scroll; a browser asks for this before it begins to.
  parts.board.addEventListener("touchmove", (event) => press?.active && event.cancelable && event.preventDefault(), { passive: false });
  parts.board.addEventListener("contextmenu", (event) => press?.touch && event.preventDefault());
  parts.scroller.addEventListener("scroll", () => press?.active && follow(), { passive: true });

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !press?.active) return;
    event.preventDefault();
    stop();
    board.swallowClick();
    carry.cancel();
  });
}
