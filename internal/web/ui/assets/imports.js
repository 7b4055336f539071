// Files dropped on a page go to the field that [data-drop] names.
"use strict";
(() => {
  const zone = (e) => e.target.closest?.("[data-drop]");
  const carries = (e) => [...(e.dataTransfer?.types || [])].includes("Files");
  document.addEventListener("dragover", (e) => {
    const z = zone(e);
    if (!z || !carries(e)) return;
    e.preventDefault();
    z.dataset.over = "";
  });
  document.addEventListener("dragleave", (e) => { const z = zone(e); if (z) delete z.dataset.over; });
  document.addEventListener("drop", (e) => {
    const z = zone(e), field = z && document.getElementById(z.dataset.drop);
    if (!field || !carries(e)) return;
    e.preventDefault();
    delete z.dataset.over;
    field.files = e.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("change", (e) => {
    const z = e.target.type === "file" && document.querySelector(`[data-drop="${CSS.escape(e.target.id)}"] [data-drop-text]`);
    if (z && e.target.files[0]) z.textContent = e.target.files[0].name;
  });
  document.addEventListener("click", (e) => { const z = zone(e); if (z) document.getElementById(z.dataset.drop)?.click(); });
})();
