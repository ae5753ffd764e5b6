// What the board shows, as the server last said it, and with what somebody has just moved.

/** @param {string} address of the data, with what is asked for @param {object} first what the page brought along */
export function storeOf(address, first) {
  const store = {
    data: first,
    fetchedAt: performance.now(),

    /** Ask the server again. Raises what `fetch` raises, or an `Error` where it refuses. */
    async fetch() {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.status === 401) location.reload(); // signed out: the page itself leads to the door
      if (!answer.ok) throw new Error(`The board answered ${answer.status}.`);
      store.take(await answer.json());
    },

    take(data) {
      store.data = data;
      store.fetchedAt = performance.now();
    },

    /** @returns {number} the server's time, in seconds */
    now: () => store.data.now + (performance.now() - store.fetchedAt) / 1000,

    technician: (id) => store.data.technicians.find((one) => one.id === id),

    /** @param {string} id @returns {object | undefined} */
    item(id) {
      for (const list of store.lists()) {
        const found = list.find((item) => item.id === id);
        if (found) return found;
      }
      return undefined;
    },

    lists: () => [
      ...store.data.technicians.map((one) => one.items),
      store.data.waiting,
      ...(store.data.resources ?? []).map((one) => one.items),
    ],

    /** Show an item elsewhere, before the server has said so; its leg is no longer known. @returns {object} */
    place(id, { technician, start }) {
      const item = store.item(id);
      for (const list of store.lists()) {
        const index = list.indexOf(item);
        if (index >= 0) list.splice(index, 1);
      }
      const placed = { ...item, technician, start, end: start + item.end - item.start, label: null, before: null };
      const row = store.technician(technician);
      if (row) {
        row.items.push(placed);
        row.items.sort((a, b) => a.start - b.start || a.end - b.end);
      } else store.data.waiting.push(placed);
      return placed;
    },
  };
  return store;
}
