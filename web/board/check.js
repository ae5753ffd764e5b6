// Asks whether a place drives, while something is carried: one question at a time, the newest first, each once.

const PAUSE = 40; // milliseconds between two questions

/** @typedef {{booking: string, technician: string, start: number}} Place */

const keyOf = ({ booking, technician, start }) => `${booking}|${technician}|${start}`;

/** @param {string} root the address that answers */
export function checker(root) {
  /** @type {Map<string, object>} */
  const known = new Map();
  /** @type {Map<string, ((verdict: object) => void)[]>} */
  const waiting = new Map();
  /** @type {Place | null} */
  let wanted = null;
  let busy = false;
  let age = 0;

  /** @param {Place} place */
  const ask = async ({ booking, technician, start }) => {
    const query = new URLSearchParams({ booking, technician, start: String(start) });
    try {
      const answer = await fetch(`${root}?${query}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) return null;
      return await answer.json();
    } catch {
      return null; // no answer is no verdict: whoever asked says so
    }
  };

  const work = async () => {
    if (busy) return;
    busy = true;
    while (wanted) {
      const place = wanted;
      wanted = null;
      const asked = age;
      const verdict = await ask(place);
      const key = keyOf(place);
      if (verdict && asked === age) known.set(key, verdict);
      for (const tell of waiting.get(key) ?? []) tell(verdict);
      waiting.delete(key);
      if (wanted) await new Promise((done) => setTimeout(done, PAUSE));
    }
    busy = false;
  };

  return {
    /** @param {Place} place @returns {object | undefined} what is known already */
    known: (place) => known.get(keyOf(place)),

    /**
     * Ask, unless something newer is asked for meanwhile: then this is never answered.
     * @param {Place} place @returns {Promise<object | null>} null where nothing answers
     */
    of(place) {
      const key = keyOf(place);
      if (known.has(key)) return Promise.resolve(known.get(key));
      return new Promise((tell) => {
        waiting.set(key, [...(waiting.get(key) ?? []), tell]);
        wanted = place;
        work();
      });
    },

    /** What was true may no longer be. */
    forget() {
      known.clear();
      age += 1;
    },
  };
}
