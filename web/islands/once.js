// Sends a form once, however often its button is pressed. The server would bear it; the customer should see it.

const PATIENCE = 300; // milliseconds before the button says that it is busy: a quick answer needs no word
const GIVE_UP = 15000; // milliseconds after which another attempt is allowed, e.g. after the browser's stop button

/** @param {HTMLFormElement} form */
export function once(form) {
  let sent = false;
  let undo = () => {};

  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    form.ariaBusy = "true";
    const button = event.submitter;
    const content = button ? [...button.childNodes] : [];
    const timers = [
      setTimeout(() => form.dataset.busy && button?.replaceChildren(form.dataset.busy), PATIENCE),
      setTimeout(() => undo(), GIVE_UP),
    ];
    undo = () => {
      timers.forEach(clearTimeout);
      button?.replaceChildren(...content);
      form.ariaBusy = null;
      sent = false;
      undo = () => {};
    };
  });
  window.addEventListener("pageshow", () => undo()); // back from the next page, as it was left
}
