// What somebody has typed is not lost by a slip: closing a dialog, or leaving a page, asks first.
"use strict";

const FORMS = ".shell form.form[method=post], dialog[open] form.form[method=post]";
const typedInto = new WeakSet();
const sent = new WeakSet(); // forms whose saving leads to another page
document.addEventListener("input", (event) => { if (event.target.form) typedInto.add(event.target.form); });

const differs = (field) => {
  if (field.matches("[type=hidden], [type=search], [data-narrows], button, fieldset, output")) return false;
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  if (field.matches("[type=file]")) return field.files.length > 0;
  if (field.matches("select")) return field.selectedIndex !== Math.max([...field.options].findIndex((one) => one.defaultSelected), 0);
  return field.value !== field.defaultValue;
};
// A refused form comes back with what was typed as its values.
const isChanged = (form) => !sent.has(form) && ((typedInto.has(form) && [...form.elements].some(differs)) || form.querySelector("[data-returned]") !== null);
const changedIn = (place, selector) => [...place.querySelectorAll(selector)].some(isChanged);

// Whether the dialog may close; pages.js asks too.
const mayClose = () => !changedIn(dialog, "form.form[method=post]") || confirm(dialog.dataset.unsaved);
dialog?.addEventListener("cancel", (event) => { if (event.target === dialog && !mayClose()) event.preventDefault(); });

document.addEventListener("submit", (event) => { if (!event.defaultPrevented) sent.add(event.target); });
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Redirect")) sent.add(event.detail.elt.closest("form") ?? event.detail.elt);
});
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => sent.delete(form)));
addEventListener("beforeunload", (event) => { if (changedIn(document, FORMS)) event.preventDefault(); });
