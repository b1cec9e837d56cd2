// What lists of records do by themselves: files that are dropped or chosen, columns that are moved, options that are narrowed.
"use strict";

// -- a chosen file: its name and size, what is wrong with it, and away with it again -------------------------------------
const LARGEST = 200 * 1024 ** 2;
const sized = (bytes) => (bytes < 1024 ** 2 ? `${Math.max(1, Math.round(bytes / 1024)).toLocaleString()} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`);
const begins = (head, ...bytes) => bytes.every((byte, place) => head[place] === byte);

// The first look of the server's gate, so that a photo need not travel there to be refused: null when it may pass.
async function refusal(file, words) {
  if (file.size > LARGEST) return words.tooLarge;
  if (file.size === 0) return words.empty;
  let head;
  try { head = new Uint8Array(await file.slice(0, 512).arrayBuffer()); } catch { return words.unreadable; }
  if (begins(head, 0x50, 0x4b, 0x03, 0x04)) return null;
  // Inside of an old container may be an encrypted workbook: the server tells the two apart.
  if (begins(head, 0xd0, 0xcf, 0x11, 0xe0)) return /\.xls$/i.test(file.name) ? words.old : null;
  // What is wrong with a PDF, or with a text that has a NUL in it, the server says better.
  const binary = head.some((byte) => byte < 0x20 && ![0, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b].includes(byte));
  const told = begins(head, 0xff, 0xfe) || begins(head, 0xfe, 0xff) || begins(head, 0x25, 0x50, 0x44, 0x46) || !binary;
  return head.includes(0) && !told ? words.none : null;
}

// Where several may be chosen: each by its name and size.
function showFiles(field, list) {
  if (!list) return;
  list.replaceChildren(...[...field.files].map((file) => {
    const [line, size] = [document.createElement("li"), document.createElement("small")];
    size.className = "soft number";
    size.textContent = sized(file.size);
    line.append(`${file.name} `, size);
    return line;
  }));
  list.hidden = !field.files.length;
}

async function showFile(field) {
  const place = field.closest("[data-drop]");
  const chosen = place?.querySelector("[data-chosen]");
  if (!chosen) return showFiles(field, place?.querySelector("[data-chosen-files]"));
  const file = field.files[0];
  const wrong = file ? await refusal(file, place.dataset) : null;
  if (wrong) field.value = "";
  chosen.hidden = !file || Boolean(wrong);
  field.hidden = !chosen.hidden;
  chosen.querySelector("[data-file-name]").textContent = file?.name ?? "";
  chosen.querySelector("[data-file-size]").textContent = file ? sized(file.size) : "";
  showWrong(field, wrong ? `${place.dataset.named.replace("*", file.name)}${wrong}` : "");
}

function showWrong(field, wrong) {
  const error = document.getElementById("file-error");
  error.textContent = wrong;
  error.hidden = !wrong;
  field.toggleAttribute("aria-invalid", false);
  if (wrong) field.setAttribute("aria-invalid", "true");
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-drop] input[type=file]")) showFile(event.target);
});
document.addEventListener("click", (event) => {
  const away = event.target.closest("[data-unchoose]");
  if (!away) return;
  const field = away.closest("[data-drop]").querySelector("input[type=file]");
  field.value = "";
  showFile(field);
  field.focus();
});

// -- files that are dropped: on their field, anywhere in its form, or on the page, whose veil names the form that opens ------
const EXPORTED = /^リード_\d{8}-\d{4}/; // as リスト出力 calls its files
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
const veilOf = () => (dialog?.open ? null : document.querySelector("[data-veil]"));
const dropPlace = (event) => event.target.closest?.("[data-drop]") ?? document.querySelector(`${dialog?.open ? "dialog[open]" : ".dialog-page"} [data-drop]`);

function take(field, files) {
  // One list is registered at a time; which of several was meant, nobody can tell.
  if (files.length > 1 && !field.multiple) { showWrong(field, field.closest("[data-drop]").dataset.several.replace("*", files.length)); return; }
  field.files = files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
const hover = (place) => document.querySelectorAll(".drop").forEach((one) => one.classList.toggle("is-over", one === place));

// Whatever misses its place must not open in the browser instead of the page.
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  const [place, veil] = [dropPlace(event), veilOf()];
  hover(place);
  if (veil) veil.hidden = Boolean(place);
  event.dataTransfer.dropEffect = place || veil ? "copy" : "none";
});
document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget) return;
  hover(null);
  document.querySelectorAll("[data-veil]").forEach((veil) => { veil.hidden = true; });
});
document.addEventListener("drop", async (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  hover(null);
  const [place, veil, { files }] = [dropPlace(event), veilOf(), event.dataTransfer];
  if (veil) veil.hidden = true;
  if (!files.length) return;
  if (place) { take(place.querySelector("input[type=file]"), files); return; }
  if (!veil) return;
  const exported = EXPORTED.test(files[0].name.normalize("NFC"));
  try { await htmx.ajax("GET", (exported && veil.dataset.exported) || veil.dataset.veil, { target: "#dialog-body" }); } catch { return; }
  const field = document.querySelector("#dialog-body input[type=file]");
  if (!field) return;
  take(field, files);
  field.form.querySelector("select, input:not([type=hidden], [type=file])")?.focus();
});

// -- rows that are arranged: a place up or down ---------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-arrange]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("[data-arranged-row]");
  if (button.dataset.arrange === "up") row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  row.scrollIntoView({ block: "nearest" });
  button.focus();
});

// -- a select of many: typing narrows its options --------------------------------------------------------------------------
const plainly = (text) => text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
const allOptions = new WeakMap();
const showNarrowing = () => document.querySelectorAll("[data-narrows]").forEach((field) => { field.hidden = false; });
document.addEventListener("htmx:afterSettle", showNarrowing);
showNarrowing();
document.addEventListener("input", (event) => {
  const field = event.target.closest("[data-narrows]");
  if (!field) return;
  const select = document.getElementById(field.dataset.narrows);
  if (!allOptions.has(select)) allOptions.set(select, [...select.options]);
  const sought = plainly(field.value);
  const before = select.value;
  const left = allOptions.get(select).filter((option) => option.value === "" || plainly(option.text).includes(sought));
  select.replaceChildren(...left);
  const only = sought && left.length === 2 ? left[1].value : null;
  select.value = only ?? (left.some((option) => option.value === before) ? before : "");
  if (select.value !== before) select.dispatchEvent(new Event("change", { bubbles: true }));
});
// What is typed there only narrows: it neither changes the form nor asks the server.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-narrows]")) event.preventDefault();
});
document.addEventListener("change", (event) => { if (event.target.matches("[data-narrows]")) event.stopPropagation(); }, true);

// -- a folded panel closes by Esc and by a click beside it ------------------------------------------------------------------
const unfold = (except) => document.querySelectorAll("details[data-folding][open]").forEach((open) => {
  if (open !== except) open.open = false;
});
document.addEventListener("click", (event) => unfold(event.target.closest("details[data-folding]")));
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details[data-folding][open]");
  if (!open) return;
  unfold(null);
  open.querySelector("summary").focus();
});
