// The search box: `/` focuses it, and what is found shows below it while one types.
/** @param {HTMLFormElement} form */
export function search(form) {
  const input = form.querySelector("input");
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}
