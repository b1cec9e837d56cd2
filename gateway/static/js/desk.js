// The call desk: keys of a lead's page and of アクション登録, and facts written in place.
"use strict";

// -- keys: [ and ] go through the search, a registers an action; 1 to 9 choose a result in アクション登録 ------------------
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") {
    const cancel = event.target.closest?.(".inline-form")?.querySelector("[data-cancel]");
    if (cancel) { event.preventDefault(); cancel.click(); }
    return;
  }
  if (event.target.closest("textarea, select, input:not([type=checkbox], [type=radio])")) return;
  const open = document.querySelector("dialog[open]");
  const place = open ?? document;
  const wanted = open || /^[0-9]$/.test(event.key) ? `[data-digit="${event.key}"]` : `[data-key="${event.key}"]`;
  if (!/^[0-9a-z[\]]$/.test(event.key)) return;
  const found = place.querySelector(wanted);
  if (!found) return;
  event.preventDefault();
  found.click();
  if (found.matches("input")) found.focus();
});

// -- a result says at once what it will set, if the person sets nothing else --------------------------------------------
const showProposal = (form) => {
  const place = form.querySelector("[data-proposal]");
  const result = form.querySelector("[name=result]:checked");
  if (place) place.textContent = result?.dataset.proposes ?? "";
};
document.addEventListener("change", (event) => { if (event.target.name === "result") showProposal(event.target.form); });
document.addEventListener("htmx:afterSettle", (event) => event.target.querySelectorAll("form:has([data-proposal])").forEach(showProposal));
document.querySelectorAll("form:has([data-proposal])").forEach(showProposal);
