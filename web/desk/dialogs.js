// Opens the dialogs of the page. A link with `data-dialog` shows its page's dialog here instead of going there.
export function dialogs() {}
