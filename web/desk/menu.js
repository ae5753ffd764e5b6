// Closes the account's menu when somebody clicks elsewhere, tabs on, or presses Escape.
export function menu() {
  const open = () => document.querySelector("details.menu[open]");
  const close = (event) => {
    const shown = open();
    if (shown && !shown.contains(event.target)) shown.open = false;
  };
  document.addEventListener("click", close);
  document.addEventListener("focusin", close);
  document.addEventListener("keydown", (event) => {
    const shown = open();
    if (event.key !== "Escape" || !shown) return;
    shown.open = false;
    shown.querySelector("summary").focus();
  });
}
