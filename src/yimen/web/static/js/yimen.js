/* Nothing depends on this file: it only spares people a second click and moves the focus to what needs attention. */
"use strict";

document.querySelectorAll(".govuk-error-summary").forEach((summary) => summary.focus());

/* Going back to a page that answered a form opens that page; it does not ask to send the form again. Where that is what is
   wanted, because nothing could be taken just now, reloading still sends all of it, files too. */
if (!document.querySelector("[data-send-again]")) window.history.replaceState(null, "", window.location.href);

/* A square code carries its one-time code behind the # of the address, which no server sees: it is put into the form and sent. */
const opening = document.querySelector("form[data-code]");
const open = () => {
  const carried = window.location.hash.slice(1);
  if (!opening || !/^[0-9A-Z]{12}$/i.test(carried)) return;
  window.history.replaceState(null, "", window.location.pathname);
  opening.elements.code.value = carried;
  opening.submit();
};
open();
window.addEventListener("hashchange", open); // a screen on which this page is open already

/* A form sent twice makes one case anyway (the key in the form sees to it); this keeps people from wondering. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const busy = form.querySelector("[data-busy]"); // where an answer takes its time, what is being done
  if (busy) busy.textContent = busy.dataset.busy;
  window.setTimeout(() => { form.dataset.sent = ""; }, busy ? 60000 : 8000);
});

/* Changing language or print in the middle of a draft keeps what was typed: the draft is sent, and carries the wish along. */
document.querySelectorAll("form[data-carry]").forEach((form) => form.addEventListener("submit", (event) => {
  const draft = document.querySelector("form[data-draft]");
  if (!draft) return;
  event.preventDefault();
  const wish = document.createElement("input");
  wish.type = "hidden";
  wish.name = form.dataset.carry;
  wish.value = form.elements[form.dataset.carry].value;
  draft.append(wish);
  draft.submit();
}));

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { form.dataset.sent = ""; });
  document.querySelectorAll("[data-busy]").forEach((part) => { part.textContent = ""; });
});

/* In a list of work the arrows (and j, k) lead from case to case. The first press, with nothing chosen yet, chooses the first. */
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  const links = Array.from(document.querySelectorAll("[data-work] tbody th a"));
  const here = links.indexOf(document.activeElement);
  const nothing = document.activeElement === document.body && step === 1;
  if (!step || !links.length || (here < 0 && !nothing) || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  links[Math.min(Math.max(here + step, 0), links.length - 1)].focus();
});

/* In what is found the arrows lead from the box through the results and back. */
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const box = document.getElementById("q");
  const links = Array.from(document.querySelectorAll("[data-found] .y-items a"));
  const here = [box, ...links].indexOf(document.activeElement);
  if (!step || !box || here < 0 || !links.length || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  [box, ...links][Math.min(Math.max(here + step, 0), links.length)].focus();
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

/* Questions that matter only after a certain answer: without this file they say so themselves. */
document.querySelectorAll("[data-when]").forEach((part) => {
  const wanted = part.dataset.is.split(" ");
  const asked = document.querySelectorAll(`[name="${CSS.escape(part.dataset.when)}"]`);
  const look = () => {
    part.hidden = !Array.from(asked).some((one) => (one.checked || one.tagName === "SELECT") && wanted.includes(one.value));
  };
  asked.forEach((one) => one.addEventListener("change", look));
  if (asked.length) look();
});

/* A page that waits for an answer from outside looks again a few times by itself; without this file there is a button. */
document.querySelectorAll("[data-reload]").forEach((part) => {
  window.setTimeout(() => window.location.replace(part.dataset.reload), 3000);
});

/* Where I am, if I allow it: rounded to about a kilometre before anything is sent. */
document.querySelectorAll("[data-near]").forEach((button) => {
  if (!navigator.geolocation) return;
  const said = document.querySelector("[data-near-said]");
  button.hidden = false;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const form = document.querySelector("form.y-places__form");
      const asked = new URLSearchParams(form ? new FormData(form) : "");
      Object.entries({ from: "here", lat: coords.latitude.toFixed(2), lon: coords.longitude.toFixed(2) }).forEach((one) => asked.set(...one));
      window.location.search = asked.toString();
    },
    () => { said.textContent = said.dataset.no; },
    { timeout: 10000, maximumAge: 300000 },
  ));
});
