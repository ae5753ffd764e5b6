// The board's signs: each flag has a shape of its own, so that none hangs on a colour.

const SVG = "http://www.w3.org/2000/svg";

/** Strokes on a field of 16 by 16. */
const PATHS = {
  held: "M4.5 2h7M4.5 14h7M5.5 2v2.5L8 8l2.5-3.5V2M5.5 14v-2.5L8 8l2.5 3.5V14",
  at_risk: "M8 2 14.5 13.5h-13ZM8 6.5v3.2M8 11.6v.2",
  late: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.4 1.6",
  early: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8L5.6 9.6",
  undrivable: "M8 2.5v7M8 12.8v.2",
  to_assign: "M6.5 8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM1.5 14c.4-2.8 2.3-4.2 5-4.2M12 9v5M9.5 11.5h5",
  address_unchecked: "M8 14.5C5 11 3.5 8.7 3.5 6.5a4.5 4.5 0 0 1 9 0C12.5 8.7 11 11 8 14.5ZM8 4.5v2.5M8 9v.2",
  overridden: "M3 13 13 3M5 3.5h6a2 2 0 0 1 2 2v5M11 12.5H5a2 2 0 0 1-2-2v-5",
  lock: "M4 7.5h8v6H4ZM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  done: "M3 8.5 6.5 12 13 4.5",
  moving: "M2 8h11M9 4l4 4-4 4",
  no: "M4 4l8 8M12 4l-8 8",
  wait: "M3.5 8h.1M8 8h.1M12.5 8h.1",
  conflict: "M2 5.5h9.5M9 3l2.5 2.5L9 8M14 10.5H4.5M7 8l-2.5 2.5L7 13",
  kept_in: "M8.5 3H3v10h10V7.5M7 9l6-6M9.5 3H13v3.5",
  grip: "M6 4v.1M6 8v.1M6 12v.1M10 4v.1M10 8v.1M10 12v.1",
};

/** The other names of the signs. */
const SAME = { locked_hub: "lock", overlaps: "at_risk", no_show: "no", failed: "no", requested: "to_assign", completed: "done", en_route: "moving", in_progress: "late" };

/** @param {string} name of a sign or of a flag @returns {SVGElement | null} */
export function icon(name) {
  const path = PATHS[SAME[name] ?? name];
  if (!path) return null;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "bd-icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("viewBox", "0 0 16 16");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
