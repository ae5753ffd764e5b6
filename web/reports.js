// The reports' script: draws the chart of a report. Without it the tables alone say the same.
import "uplot/dist/uPlot.min.css";
import "./styles/desk/reports.css";
import { drawChart } from "./reports/chart.js";

for (const figure of document.querySelectorAll("[data-chart]")) drawChart(figure);
