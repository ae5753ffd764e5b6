// Closes open menus when somebody clicks elsewhere or presses Escape.
export function menu() {
  const close = (except) => {
    for (const open of document.querySelectorAll("details.menu[open]")) if (open !== except) open.open = false;
  };
  document.addEventListener("click", (event) => close(event.target.closest?.("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    if (open) open.querySelector("summary").focus();
    close();
  });
}
