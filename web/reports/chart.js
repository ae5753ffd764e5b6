// A report's chart, drawn by uPlot from the figures that stand in the page. The x axis counts the labels.
import uPlot from "uplot";
import { fillLegend } from "./legend.js";
import { hatching, LOOKS, markerAt } from "./looks.js";

/** @typedef {{ name: string, values: (number | null)[] }} Series */
/** @typedef {{ look: "lines" | "bars", x: string, y: string, labels: string[], series: Series[], summary: string }} Chart */

const LETTER = 7; // px, about, at the size of the axes
const SLANT = 40;
const WIDEST_BAR = 72;

/** @param {HTMLElement} figure */
export function drawChart(figure) {
  /** @type {Chart} */
  const chart = JSON.parse(figure.querySelector("script").textContent);
  const plot = figure.querySelector(".plot");
  figure.hidden = false;
  fillLegend(figure.querySelector(".legend"), chart);
  const reading = figure.querySelector(".reading");
  let drawn = null;
  const draw = () => {
    drawn?.destroy();
    drawn = new uPlot(options(chart, figure, plot, reading), dataOf(chart), plot);
  };
  draw();
  new ResizeObserver(([{ contentRect }]) => {
    if (Math.round(contentRect.width) !== drawn.width) draw(); // the labels may need another slant
  }).observe(plot);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

/** @param {Chart} chart */
const dataOf = ({ look, labels, series }) => [
  labels.map((_, at) => at),
  ...series.map(({ values }) => (look === "bars" ? values.map((value) => value || null) : values)), // no edge of nothing
];

/** @param {Chart} chart @param {HTMLElement} figure @param {Element} plot @param {Element} reading */
function options(chart, figure, plot, reading) {
  const colours = [...figure.querySelectorAll(".legend svg")].map((swatch) => getComputedStyle(swatch).color);
  const { color: text, borderTopColor: grid, fontFamily } = getComputedStyle(figure.querySelector(".reading"));
  const width = Math.round(plot.clientWidth);
  const font = `12px ${fontFamily}`;
  const bars = chart.look === "bars";
  return {
    width,
    height: width < 600 ? 280 : 340,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: !bars, size: 10 } },
    scales: { x: { time: false, range: [-0.5, chart.labels.length - 0.5] }, y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] } },
    axes: [xAxis(chart, width, { text, font }), yAxis(chart, { text, grid, font })],
    series: [{}, ...chart.series.map((_, at) => (bars ? barSeries(at, chart, colours[at]) : lineSeries(at, colours[at])))],
    hooks: {
      drawSeries: bars ? [] : [(u, at) => drawMarkers(u, at, colours[at - 1])],
      setCursor: [(u) => { reading.textContent = readingAt(chart, u.cursor.idx); }],
    },
  };
}

/** @param {Chart} chart @param {number} width @param {{ text: string, font: string }} ink */
function xAxis({ labels, x, look }, width, { text, font }) {
  const longest = Math.max(...labels.map((label) => label.length)) * LETTER;
  const room = (width - 70) / labels.length;
  const slanted = look === "bars" && longest > room;
  const step = look === "bars" ? 1 : Math.max(1, Math.ceil((longest + 16) / room));
  const at = labels.map((_, index) => index).filter((index) => index % step === 0);
  return {
    label: x,
    labelSize: 20,
    labelFont: font,
    font,
    stroke: text,
    grid: { show: false },
    ticks: { show: false },
    size: slanted ? Math.round(longest * Math.sin((SLANT * Math.PI) / 180)) + 28 : 32,
    rotate: slanted ? -SLANT : 0,
    splits: () => at,
    values: (_, splits) => splits.map((split) => labels[split]),
  };
}

/** @param {Chart} chart @param {{ text: string, grid: string, font: string }} ink */
function yAxis({ y, series }, { text, grid, font }) {
  const whole = series.every(({ values }) => values.every((value) => value === null || Number.isInteger(value)));
  return {
    label: y,
    labelSize: 24,
    labelFont: font,
    font,
    stroke: text,
    size: 48,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
    incrs: whole ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] : undefined,
  };
}

/** @param {number} at @param {string} colour */
const lineSeries = (at, colour) => ({
  stroke: colour,
  width: 2,
  dash: LOOKS[at].dash,
  spanGaps: false,
  points: { show: false },
});

/** @param {number} at @param {Chart} chart @param {string} colour */
function barSeries(at, { series }, colour) {
  const several = series.length > 1;
  return {
    stroke: colour,
    width: several ? 1.5 : 0,
    fill: at ? hatching(colour, devicePixelRatio) : colour,
    points: { show: false },
    paths: uPlot.paths.bars({ size: [several ? 0.4 : 0.7, WIDEST_BAR], align: several ? (at ? 1 : -1) : 0 }),
  };
}

/** @param {uPlot} u @param {number} at @param {string} colour */
function drawMarkers(u, at, colour) {
  const radius = 4 * devicePixelRatio;
  u.ctx.save();
  u.ctx.fillStyle = colour;
  u.data[at].forEach((value, index) => {
    if (value === null || value === undefined) return;
    const [x, y] = [u.valToPos(index, "x", true), u.valToPos(value, "y", true)];
    u.ctx.fill(markerAt(LOOKS[at - 1].marker, x, y, radius));
  });
  u.ctx.restore();
}

/** @param {Chart} chart @param {number | null | undefined} at @returns {string} what stands under the pointer */
function readingAt({ labels, series }, at) {
  if (at === null || at === undefined) return "";
  const values = series.map(({ name, values }) => `${name} ${values[at] ?? "–"}`);
  return `${labels[at]}: ${values.join(" · ")}`;
}
