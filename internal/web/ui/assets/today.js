// The room Today: acts on rows go for what is ticked, or for the row that the
// keyboard is at; the box above ticks all.
"use strict";
(() => {
  const doc = document;
  const boxes = () => [...doc.querySelectorAll("#work tbody input[type=checkbox]")];
  doc.addEventListener("click", (e) => {
    if (!e.target.closest?.("[data-needs-row]") || boxes().some((b) => b.checked)) return;
    const box = doc.querySelector("#work [data-here] input[type=checkbox]");
    if (!box) return;
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }, true);
  doc.addEventListener("change", (e) => {
    if (e.target.matches?.("[data-pick-all]")) for (const b of boxes()) {
      b.checked = e.target.checked;
      b.closest("[data-row]")?.setAttribute("aria-selected", String(b.checked));
    }
    const told = doc.querySelector("[data-picked]"), n = boxes().filter((b) => b.checked).length;
    if (told) told.textContent = n ? told.dataset.picked.replace("{count}", n) : "";
  });
})();
