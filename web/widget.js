// The booking page's script. Every page works without it; it makes them quicker and tells more.
import "htmx.org/dist/htmx.esm.min.js";
import "./styles/widget.css";
import { watchCalendar } from "./calendar.js";
import { tellHost } from "./host.js";
import { startIslands } from "./islands.js";
import { combobox } from "./islands/combobox.js";
import { countdown } from "./islands/countdown.js";
import { forget, keep } from "./islands/keep.js";
import { live } from "./islands/live.js";
import { locate } from "./islands/locate.js";
import { month } from "./islands/month.js";
import { once } from "./islands/once.js";
import { zone } from "./islands/zone.js";
import { guardSwaps } from "./swaps.js";

const start = () => startIslands({ combobox, countdown, keep, live, locate, month, once, zone });
start();
document.addEventListener("htmx:after:swap", start); // before the calendar, which looks at what they have done
watchCalendar();
guardSwaps();
tellHost();

const { booked, here } = document.body.dataset;
if (booked) forget();
// This page answered a form. Going back or loading it anew shall show the step, and not ask to send the form again.
if (here) history.replaceState(history.state, "", here);

// Not `autofocus` alone: a browser ignores that attribute in another site's frame.
document.querySelector("[data-focus]")?.focus();
