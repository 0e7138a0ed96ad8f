/* Nothing depends on this file: it only spares people a second click and moves the focus to what needs attention. */
"use strict";

document.querySelectorAll(".govuk-error-summary").forEach((summary) => summary.focus());

/* A form sent twice makes one case anyway (the key in the form sees to it); this keeps people from wondering. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  window.setTimeout(() => { form.dataset.sent = ""; }, 8000);
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { form.dataset.sent = ""; });
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
