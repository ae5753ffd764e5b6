// Tells that the times are the business's, to those whose own clock shows another.

/** @param {Date} instant @param {string} [timeZone] the browser's own, if absent */
function wallClock(instant, timeZone) {
  const options = { timeZone, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" };
  return new Intl.DateTimeFormat("en", options).format(instant);
}

/** @param {HTMLElement} note */
export function zone(note) {
  const check = () => {
    const instants = (note.dataset.instants ?? "").split(",").filter(Boolean).map((text) => new Date(text));
    note.hidden = !instants.some((instant) => wallClock(instant) !== wallClock(instant, note.dataset.zone));
  };
  check();
  return check;
}
