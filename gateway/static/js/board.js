// 案件ボード: a card is dragged to another phase. 受注 and 失注 ask for more, so they open the same dialog that the
// button on the card opens; without this file that button alone moves a card.
"use strict";

let dragged = null;
const lane = (event) => dragged && event.target.closest?.("[data-phase]");
const leave = () => document.querySelectorAll(".lane.is-over").forEach((other) => other.classList.remove("is-over"));

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card]") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.card);
  dragged.classList.add("is-dragged");
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  leave();
  dragged = null;
});
document.addEventListener("dragover", (event) => {
  const over = lane(event);
  leave();
  if (!over || over.contains(dragged)) return;
  event.preventDefault();
  over.classList.add("is-over");
});
document.addEventListener("drop", (event) => {
  const over = lane(event);
  if (!over || over.contains(dragged)) return;
  event.preventDefault();
  const { card, version } = dragged.dataset;
  const { phase, meaning } = over.dataset;
  const back = location.pathname + location.search;
  const path = `/opportunities/${card}/phase`;
  if (meaning === "won" || meaning === "lost") {
    htmx.ajax("GET", `${path}?${new URLSearchParams({ phase, back })}`, { target: "#dialog-body" });
  } else {
    over.querySelector(".cards").append(dragged);
    htmx.ajax("POST", path, { target: "#messages", values: { phase, version, back } });
  }
});
