// The desk's script. Every page works without it but the board and the map, which have lists beside them.
import htmx from "htmx.org/dist/htmx.esm.min.js";
import "./styles/desk.css";
import { dialogs } from "./desk/dialogs.js";
import { keys } from "./desk/keys.js";
import { menu } from "./desk/menu.js";
import { search } from "./desk/search.js";
import { tables } from "./desk/tables.js";
import { zoneNote } from "./desk/zone_note.js";
import { startIslands } from "./islands.js";
import { combobox } from "./islands/combobox.js";
import { once } from "./islands/once.js";

const start = () => {
  startIslands({ combobox, once, search });
  tables();
};
menu();
keys();
dialogs();
zoneNote();
start();
document.addEventListener("htmx:after:swap", start);
document.addEventListener("desk:inserted", ({ detail }) => {
  htmx.process(detail.element);
  start();
});
document.querySelector("main [data-focus]")?.focus(); // what was refused is read first
