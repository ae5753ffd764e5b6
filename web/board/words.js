// What the board says: times as the office writes them, flags in words, and the name by which each item is read out.

/** What a flag is called on an item, and in its name. */
export const FLAGS = {
  held: "held",
  at_risk: "at risk",
  late: "late",
  early: "early",
  undrivable: "does not drive",
  to_assign: "to assign",
  address_unchecked: "check address",
  overridden: "overridden",
  overlaps: "overlaps",
  conflict: "conflict with GoHighLevel",
  locked_hub: "two hubs",
};

const STATUSES = {
  requested: "requested",
  en_route: "on the way",
  in_progress: "in progress",
  completed: "completed",
  no_show: "nobody there",
  failed: "failed",
};

/** @param {string} zone the business's time zone; times are never those of the browser's clock */
export function wordsIn(zone) {
  const clock = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hour: "numeric", minute: "2-digit" });
  const weekday = new Intl.DateTimeFormat("en-CA", { timeZone: zone, weekday: "long" });
  const date = new Intl.DateTimeFormat("en-CA", { timeZone: zone, weekday: "short", month: "short", day: "numeric" });

  /** @param {number} at @returns {string} "9:15 a.m." */
  const time = (at) => clock.format(at * 1000).replace(/\s/g, " ");
  /** @param {number} from @param {number} to @returns {string} "9:15 to 10:45 a.m." */
  const span = (from, to) => {
    const [first, last] = [time(from), time(to)];
    const half = (text) => text.slice(text.indexOf(" "));
    return `${half(first) === half(last) ? first.slice(0, first.indexOf(" ")) : first} to ${last}`;
  };
  return {
    time,
    span,
    weekday: (at) => weekday.format(at * 1000),
    date: (at) => date.format(at * 1000).replace(/\s/g, " "),
  };
}

/** @param {number} seconds @returns {string} "12 min", "1 h 5 min" */
export function length(seconds) {
  const minutes = Math.round(seconds / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (!hours) return `${rest} min`;
  return rest ? `${hours} h ${rest} min` : `${hours} h`;
}

/** @param {number | null} seconds that a place adds to the drive @returns {string} */
export function detour(seconds) {
  if (seconds === null || seconds === undefined) return "";
  const minutes = Math.round(seconds / 60);
  if (!minutes) return "no extra drive";
  return minutes > 0 ? `+${minutes} min detour` : `−${-minutes} min drive`;
}

/** @param {string} text @returns {string} with its full stop, if it ends with none */
export const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** @param {object} item @returns {{name: string, words: string}[]} its flags, and its status where that says more */
export function signs(item) {
  const wordsOf = (flag, index) => item.flag_words?.[index] ?? FLAGS[flag] ?? flag.replaceAll("_", " ");
  const found = (item.flags ?? []).map((flag, index) => ({ name: flag, words: wordsOf(flag, index) }));
  const status = item.status in STATUSES ? (item.status_words ?? STATUSES[item.status]) : null;
  if (status && !item.flags?.includes("to_assign")) found.push({ name: item.status, words: status });
  if (item.kept_in) found.push({ name: "kept_in", words: `in ${item.kept_in}` });
  return found;
}

/** @param {object} item @returns {string} what it is called in a sentence */
export const titleOf = (item) => [item.title || "Busy", item.customer].filter(Boolean).join(", ");

/**
 * @param {object} item
 * @param {{technician: string | null, words: ReturnType<typeof wordsIn>, week: boolean}} seen
 * @returns {string} "Furnace tune-up, Robin Doe, 9:15 to 10:45 a.m., Sam, at risk"
 */
export function nameOf(item, { technician, words, week }) {
  const when = item.label?.replace(/\s–\s/, " to ").replace(/\s/g, " ") ?? words.span(item.start, item.end);
  const leg = item.before;
  const drive = leg && `${length(leg.drive_seconds)} drive before${leg.short ? ", too short a gap" : ""}`;
  return [
    titleOf(item),
    week ? `${words.weekday(item.start)} ${when}` : when,
    technician ?? (item.kind === "busy" ? null : "nobody yet"),
    ...signs(item).map((sign) => sign.words),
    drive,
  ]
    .filter(Boolean)
    .join(", ");
}
