// Keeps the board true while somebody looks: the server says that something changed, and the board is fetched again.

const AGAIN = 5000; // milliseconds until a connection that was refused is tried again

/**
 * @param {string} address of the stream
 * @param {{refresh: () => void, state: (live: boolean) => void}} board
 */
export function live(address, { refresh, state }) {
  /** @type {EventSource | null} */
  let source = null;
  let opened = false;
  let timer = 0;

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  const open = () => {
    if (document.hidden || source) return;
    source = new EventSource(address);
    source.addEventListener("changed", refresh);
    source.addEventListener("open", () => {
      state(true);
      if (opened) refresh(); // what happened while nobody told us
      opened = true;
    });
    source.addEventListener("error", () => {
      state(false);
      if (source?.readyState !== EventSource.CLOSED) return; // it tries again by itself
      close();
      timer = setTimeout(open, AGAIN);
    });
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return close(); // a browser allows few connections, and nobody looks
    open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
}
