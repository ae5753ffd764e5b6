// "Use my location": asks the browser, and sends the form with what it says.

/** @param {HTMLButtonElement} button */
export function locate(button) {
  if (!window.isSecureContext || !navigator.geolocation) return;
  const { form } = button;
  const status = form.querySelector(".locate-status");
  button.hidden = false;

  const found = ({ coords }) => {
    form.elements.lat.value = coords.latitude.toFixed(6);
    form.elements.lng.value = coords.longitude.toFixed(6);
    for (const name of ["address", "suggestion"]) if (form.elements[name]) form.elements[name].value = "";
    form.noValidate = true; // the address may be left empty now
    form.requestSubmit();
  };
  const failed = () => {
    button.disabled = false;
    status.textContent = button.dataset.failed ?? "";
  };
  button.addEventListener("click", () => {
    button.disabled = true;
    status.textContent = button.dataset.busy ?? "";
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  });
  window.addEventListener("pageshow", () => {
    button.disabled = false;
    status.textContent = "";
  });
}
