// Shows how long a time stays held. Spoken twice only: a clock that is read out every second is no help.

const SPOKEN = [120, 30]; // seconds left, in the order of the words in data-minutes
const SOON = 120;

/** @param {number} seconds @returns {string} as 4:07 */
const clockFace = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** @param {HTMLElement} root */
export function countdown(root) {
  const clock = root.querySelector(".clock");
  const status = root.querySelector("[role=status]");
  const { until, now, left: text = "%s", soon = "", over = "", minutes = "" } = root.dataset;
  const ahead = Date.parse(now) - Date.now(); // the customer's clock may be wrong by hours
  const end = Date.parse(until);
  const remaining = () => Math.max(0, Math.ceil((end - Date.now() - ahead) / 1000));
  let before = remaining();

  const tick = () => {
    const left = remaining();
    root.classList.toggle("soon", left > 0 && left <= SOON);
    root.classList.toggle("over", left === 0);
    clock.textContent = left ? text.replace("%s", clockFace(left)) : over;
    if (!left) status.textContent = over;
    else {
      const crossed = SPOKEN.findLastIndex((mark) => before > mark && left <= mark);
      if (crossed >= 0) status.textContent = soon.replace("%s", minutes.split("|")[crossed] ?? clockFace(left));
    }
    before = left;
    if (!left) clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  tick();
}
