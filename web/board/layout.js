// Where things of a row go: what overlaps lies in storeys, and what is off shift is what no shift covers.

export const ITEM = 44;
export const BETWEEN = 3;
export const ABOVE = 5;
export const BAND = 18; // for the hub that a block is locked to

/**
 * @param {{start: number, end: number}[]} items by start
 * @returns {{storeys: number[], height: number}} the storey of each, and the height of the row in pixels
 */
export function storeysOf(items) {
  const ends = [];
  const storeys = items.map(({ start, end }) => {
    let storey = ends.findIndex((until) => until <= start);
    if (storey < 0) storey = ends.length;
    ends[storey] = end;
    return storey;
  });
  return { storeys, height: heightOf(Math.max(ends.length, 1)) };
}

/** @param {number} storeys @returns {number} pixels */
const heightOf = (storeys) => ABOVE + storeys * (ITEM + BETWEEN) + BAND;

/** @param {number} storey @returns {number} pixels from the row's upper edge */
export const topOf = (storey) => ABOVE + storey * (ITEM + BETWEEN);

/**
 * @param {[number, number][]} shifts
 * @param {{opens: number, closes: number}[]} stretches that are shown
 * @returns {[number, number][]} what no shift covers
 */
export function offShift(shifts, stretches) {
  const off = [];
  for (const { opens, closes } of stretches) {
    let from = opens;
    for (const [start, end] of [...shifts].sort(([a], [b]) => a - b)) {
      if (end <= from || start >= closes) continue;
      if (start > from) off.push([from, start]);
      from = Math.max(from, end);
    }
    if (from < closes) off.push([from, closes]);
  }
  return off;
}

/**
 * What of a row is free around an instant, within the cells of a clock.
 * @param {{start: number, end: number}[]} items by start
 * @param {number} at
 * @param {number} cell seconds
 * @param {{opens: number, closes: number}} day
 * @returns {{start: number, end: number}}
 */
export function freeCell(items, at, cell, day) {
  const edge = Math.floor(at / cell) * cell;
  let start = Math.max(edge, day.opens);
  let end = Math.min(edge + cell, day.closes);
  for (const item of items) {
    if (item.end <= at) start = Math.max(start, item.end);
    if (item.start > at) end = Math.min(end, item.start);
  }
  return { start, end };
}
