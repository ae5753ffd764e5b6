// Names the business's zone, once, to those whose own clock shows another time.

const HALF_YEAR = 182 * 24 * 3600 * 1000; // zones that agree today may differ in the other half of the year

/** @param {Date} instant @param {string} [timeZone] the browser's own, if absent */
function wallClock(instant, timeZone) {
  const options = { timeZone, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" };
  return new Intl.DateTimeFormat("en", options).format(instant);
}

export function zoneNote() {
  const { zone, zoneName } = document.body.dataset;
  const bar = document.querySelector(".deskbar");
  if (!zone || !bar) return;
  const instants = [new Date(), new Date(Date.now() + HALF_YEAR)];
  if (instants.every((instant) => wallClock(instant) === wallClock(instant, zone))) return;
  const note = document.createElement("p");
  note.className = "zone-note";
  note.textContent = `All times are the business's: ${zoneName ?? zone}. The clock of this device shows another zone.`;
  bar.append(note);
}
