// The booking page's script. Every page works without it; it makes them quicker and tells more.
import "htmx.org/dist/htmx.esm.min.js";
import "./styles/widget.css";
import { watchCalendar } from "./calendar.js";
import { tellHost } from "./host.js";
import { startIslands } from "./islands.js";
import { forget } from "./islands/keep.js";
import { guardSwaps } from "./swaps.js";

startIslands();
document.addEventListener("htmx:after:swap", startIslands); // before the calendar, which looks at what they have done
watchCalendar();
guardSwaps();
tellHost();

const { booked, here } = document.body.dataset;
if (booked) forget();
// This page answered a form. Going back or loading it anew shall show the step, and not ask to send the form again.
if (here) history.replaceState(history.state, "", here);

// Not `autofocus` alone: a browser ignores that attribute in another site's frame.
document.querySelector("[data-focus]")?.focus();
