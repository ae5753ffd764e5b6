// Keeps an open calendar true: the server says that something changed, and the calendar is fetched again.

const GATHER = 300; // milliseconds: one booking may change several things

/** @param {HTMLElement} root */
export function live(root) {
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  root.after(status);
  /** @type {EventSource | null} */
  let source = null;
  let timer = 0;

  const refresh = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const calendar = document.getElementById("calendar");
      // What is under way may have been read before the change; asked now, it would be thrown away.
      if (calendar?.ariaBusy === "true") refresh();
      else calendar?.dispatchEvent(new Event("refresh"));
    }, GATHER);
  };
  const close = () => {
    source?.close();
    source = null;
  };
  const open = () => {
    if (!root.isConnected || document.hidden || (source && source.readyState !== EventSource.CLOSED)) return;
    source = new EventSource(root.dataset.changes);
    source.addEventListener("changed", () => (root.isConnected ? refresh() : close()));
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return close(); // a browser allows few connections, and nobody looks
    open();
    refresh();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => {
    open();
    if (event.persisted) refresh();
  });
  document.addEventListener("gone", () => {
    status.textContent = root.dataset.gone ?? "";
  });
  open();
}
