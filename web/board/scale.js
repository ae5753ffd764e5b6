// From instants to places on a lane, and back. Places come of seconds elapsed, so days of 23 and 25 hours just fit.

const HOUR = 3600;

/**
 * What is worth showing of each day, one after the other; the nights between are left out.
 * @param {{days: {date: string, label: string, opens: number, closes: number}[], snap_minutes: number}} data
 */
export function scaleOf({ days, snap_minutes: snapMinutes }) {
  let before = 0;
  const stretches = days.map(({ date, label, opens, closes }) => {
    const stretch = { date, label, opens, closes, before };
    before += closes - opens;
    return stretch;
  });
  const seconds = Math.max(before, HOUR);
  const step = snapMinutes * 60;
  const first = stretches[0];
  const last = stretches[stretches.length - 1];

  /** @param {number} at @returns {number} seconds shown before an instant; in a hidden night, those of the day before it */
  const shown = (at) => {
    for (const { opens, closes, before: gone } of stretches) {
      if (at <= opens) return gone;
      if (at <= closes) return gone + at - opens;
    }
    return seconds;
  };
  return {
    stretches,
    opens: first.opens,
    closes: last.closes,
    hours: seconds / HOUR,
    /** @param {number} at @returns {number} the place of an instant, from 0 to 1 */
    place: (at) => shown(at) / seconds,
    /** @param {number} place @returns {number} the instant of a place, the end of a day counting to the next */
    instant: (place) => {
      const wanted = Math.min(Math.max(place, 0), 1) * seconds;
      const found = stretches.find(({ opens, closes, before: gone }) => wanted < gone + closes - opens) ?? last;
      return found.opens + Math.min(wanted - found.before, found.closes - found.opens);
    },
    /** @param {number} at @returns {number} the nearest instant on the fine grid */
    snap: (at) => Math.round(at / step) * step,
    step,
    /** @param {number} at @returns {{opens: number, closes: number, label: string} | undefined} the day that shows it */
    dayOf: (at) => stretches.find(({ opens, closes }) => at >= opens && at < closes),
    /** @param {number} from @param {number} to @returns {boolean} whether any of it is shown */
    shows: (from, to) => stretches.some(({ opens, closes }) => from < closes && to > opens),
  };
}
