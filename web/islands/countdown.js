// Shows how long a time stays held. Spoken twice only: a clock that is read out every second is no help.

const SPOKEN = [120, 30]; // seconds left, in the order of the words in data-minutes
const SOON = 120;

/** @param {number} seconds @returns {string} as 4:07 */
const clockFace = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** @param {HTMLElement} root */
export function countdown(root) {
  let timer = 0;
  let end = 0;
  let before = 0;
  const remaining = () => Math.max(0, Math.ceil((end - Date.now()) / 1000));

  /** @param {number} left seconds @returns {string | undefined} what is to be said now, if anything */
  const words = (left) => {
    const { soon = "", over = "", minutes = "" } = root.dataset;
    if (!left) return over;
    const crossed = SPOKEN.findLastIndex((mark) => before > mark && left <= mark);
    return crossed < 0 ? undefined : soon.replace("%s", minutes.split("|")[crossed] ?? clockFace(left));
  };
  const tick = () => {
    const left = remaining();
    const said = words(left);
    const { left: text = "%s", over = "" } = root.dataset;
    root.classList.toggle("soon", left > 0 && left <= SOON);
    root.classList.toggle("over", left === 0);
    root.querySelector(".clock").textContent = left ? text.replace("%s", clockFace(left)) : over;
    if (said !== undefined) root.querySelector("[role=status]").textContent = said;
    before = left;
    if (!left || !root.isConnected) clearInterval(timer);
  };
  /** Read the end anew: it moves when the hold is prolonged. */
  const read = () => {
    const { until, now } = root.dataset;
    if (root.dataset.read === until) return;
    root.dataset.read = until;
    // The customer's clock may be wrong by hours, so only the span between the server's two instants counts.
    end = Date.now() + Date.parse(until) - Date.parse(now);
    before = remaining();
    clearInterval(timer);
    timer = setInterval(tick, 1000);
    tick();
  };
  read();
  return read;
}
