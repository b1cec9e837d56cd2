// Everything that the pages do by themselves; the rest is htmx and the server. Without this file every page still works.
"use strict";

const dialog = document.getElementById("dialog");
const each = (selector, act, within = document) => within.querySelectorAll(selector).forEach(act);

// -- the dialog: opens when htmx has put a form into it -----------------------------------------------------------------
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.parentElement === dialog && dialog?.open === false) dialog.showModal();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]") && event.target.closest("dialog")) {
    event.preventDefault();
    if (mayClose()) dialog.close();
  }
});

// -- htmx: background requests fail silently; popovers ask for their content when they open -----------------------------
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400 && event.detail.target.closest("[data-quiet]")) event.detail.shouldSwap = false;
});
document.addEventListener("toggle", (event) => {
  if (event.newState === "open" && event.target.matches("[popover]")) htmx.trigger(event.target, "opened");
}, true);

// -- a form is sent once ------------------------------------------------------------------------------------------------
const sending = (form, on) => {
  form.classList.toggle("is-sending", on);
  each("button:not([type=button])", (button) => { button.disabled = on; }, form);
};
// htmx would keep a second click and send it after the first one's answer; the next page would lose its message by that.
document.addEventListener("submit", (event) => {
  if (event.target.classList.contains("is-sending")) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  event.target.classList.add("is-sending");
  setTimeout(() => {  // without a network it may be over by now
    if (event.target.classList.contains("is-sending")) sending(event.target, !event.defaultPrevented || event.target.matches("[hx-post]"));
  });
});
document.addEventListener("htmx:afterRequest", (event) => {
  const moving = event.detail.xhr?.getResponseHeader("HX-Redirect");
  if (event.detail.elt.matches?.("form") && !moving) sending(event.detail.elt, false);
});
// What did not reach the server: a file that was changed or moved since it was chosen, or no network. What was typed stays.
const unreadable = async (form) => {
  const files = [...(form?.querySelectorAll("input[type=file]") ?? [])].flatMap((field) => [...field.files]);
  const readings = files.map((file) => file.slice(0, 1).arrayBuffer());
  return files[(await Promise.allSettled(readings)).findIndex((reading) => reading.status === "rejected")];
};
document.addEventListener("htmx:sendError", async ({ detail: { elt } }) => {
  const words = document.getElementById("unsent");
  const form = elt.matches("form[method=post]") ? elt : elt.closest("form.form") ?? (dialog?.open ? dialog.querySelector("form") : null);
  // What a page asks by itself, it asks again; only what somebody did is worth a word.
  if (!words || elt.closest("[data-quiet]") || /every|load/.test(elt.getAttribute("hx-trigger") ?? "")) return;
  const file = await unreadable(form);
  const place = form ?? document.getElementById("messages");
  const notice = words.content.firstElementChild.cloneNode(true);
  notice.querySelector("p").textContent = file ? words.dataset.file.replace("*", file.name) : words.dataset[form ? "form" : "page"];
  each("[data-unsent]", (old) => old.remove(), document);
  const head = form?.querySelector(".form-head");
  if (head) head.after(notice);
  else place?.prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("form, a, button, body")) each("[data-unsent]", (old) => old.remove());
});
const firstWrong = (place) => {
  const field = place.querySelector("[aria-invalid=true]");
  if (field) field.focus();
  else place.querySelector(".form [role=alert]")?.scrollIntoView({ block: "nearest" });
};
document.addEventListener("htmx:afterSettle", (event) => firstWrong(event.target));
firstWrong(document);
// The tab that is open is seen, though there are more than a phone is wide.
each(".tabs > [aria-current]", (tab) => {
  const bar = tab.parentElement;
  bar.scrollLeft = tab.offsetLeft + tab.offsetWidth - bar.offsetLeft - bar.clientWidth;
});
addEventListener("pageshow", () => each("form.is-sending", (form) => sending(form, false)));

// -- what is shown this once can be copied; without this it is a field whose text can be chosen ---------------------------
const showCopying = () => each("[data-copy]", (button) => { button.hidden = false; });
document.addEventListener("htmx:afterSettle", showCopying);
showCopying();
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const told = document.getElementById(`${button.dataset.copy}-copied`);
  field.select();
  // Over plain HTTP a browser has no clipboard of its own.
  try { await navigator.clipboard.writeText(field.value); } catch { if (!document.execCommand("copy")) return; }
  told.textContent = "";
  requestAnimationFrame(() => { told.textContent = button.dataset.copied; });
});

// -- ticked rows: over all pages of one search --------------------------------------------------------------------------
const ticked = { search: null, all: false, picked: new Set(), except: new Set(), last: null };
const results = () => document.querySelector("[data-total]");
const ticks = () => [...document.querySelectorAll("input.tick")];
const isTicked = (id) => (ticked.all ? !ticked.except.has(id) : ticked.picked.has(id));

function tick(id, on) {
  const [set, add] = ticked.all ? [ticked.except, !on] : [ticked.picked, on];
  set[add ? "add" : "delete"](id);
}

function tickAll(on) {
  ticked.all = on;
  ticked.picked.clear();
  ticked.except.clear();
}

function showTicked() {
  const page = results();
  const bar = document.getElementById("selection-bar");
  if (!page || !bar) return;
  if (ticked.search !== page.dataset.search) {
    tickAll("all" in page.dataset);
    ticked.search = page.dataset.search;
  }
  const boxes = ticks();
  boxes.forEach((box) => { box.checked = isTicked(box.value); });
  const here = boxes.filter((box) => box.checked).length;
  const head = document.getElementById("tick-page");
  if (head) [head.checked, head.indeterminate] = [here > 0 && here === boxes.length, here > 0 && here < boxes.length];
  const total = Number(page.dataset.total);
  const count = ticked.all ? total - ticked.except.size : ticked.picked.size;
  bar.hidden = count === 0;
  each("[data-count]", (place) => { place.textContent = count.toLocaleString(); });
  each("[data-total-text]", (place) => { place.textContent = total.toLocaleString(); });
  each("[data-tick-all]", (button) => { button.hidden = count >= total || (bar.contains(button) && here < boxes.length); });
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("input.tick");
  if (box) {
    const boxes = ticks();
    const [from, to] = [boxes.indexOf(ticked.last), boxes.indexOf(box)].sort((a, b) => a - b);
    const range = event.shiftKey && from >= 0 ? boxes.slice(from, to + 1) : [box];
    range.forEach((other) => tick(other.value, box.checked));
    ticked.last = box;
  } else if (event.target.id === "tick-page") ticks().forEach((other) => tick(other.value, event.target.checked));
  else if (event.target.closest("[data-tick-all]")) { event.preventDefault(); tickAll(true); }
  else if (event.target.closest("[data-tick-none]")) { event.preventDefault(); tickAll(false); }
  else return;
  showTicked();
});
document.getElementById("selection")?.addEventListener("formdata", ({ formData }) => {
  ["lead_id", "shown_id", "all"].forEach((name) => formData.delete(name));
  if (ticked.all) formData.set("all", "1");
  ticked.picked.forEach((id) => formData.append("lead_id", id));
  ticked.except.forEach((id) => formData.append("except_id", id));
});
document.addEventListener("htmx:afterSettle", showTicked);
showTicked();

// -- keyboard: / search, j and k through the rows, x ticks, Shift x up to here, Enter opens (the row's link has the focus) -------------------
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog?.open) return;
  if (event.target.closest("textarea, select, input:not([type=checkbox], [type=radio])")) return;
  const rows = [...document.querySelectorAll("[data-row]")];
  const row = document.activeElement.closest("[data-row]");
  const move = (by) => rows[Math.min(Math.max(rows.indexOf(row) + by, 0), rows.length - 1)]?.querySelector("a")?.focus();
  const acts = {
    "/": () => (document.getElementById("q") ?? document.getElementById("top-search"))?.focus(),
    j: () => move(1),
    k: () => move(-1),
    x: () => row?.querySelector("input.tick")?.click(),
    X: () => row?.querySelector("input.tick")?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: true })),
    "?": () => document.getElementById("keys")?.togglePopover(),
  };
  if (!(event.key in acts)) return;
  event.preventDefault();
  acts[event.key]();
});
