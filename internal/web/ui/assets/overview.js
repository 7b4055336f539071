// The overview: definitions on hover, focus and tap; tables that stay open
// while the page follows; and following until everything is counted.
"use strict";
(() => {
  const doc = document;
  let shown;
  const hide = () => { if (shown?.isConnected && shown.matches(":popover-open")) shown.hidePopover(); shown = null; };
  const show = (b) => {
    const p = doc.getElementById(b.dataset.define);
    if (!p || p.matches(":popover-open")) return;
    hide();
    p.showPopover();
    shown = p;
    const r = b.getBoundingClientRect(), w = p.offsetWidth, h = p.offsetHeight;
    p.style.left = Math.max(8, Math.min(r.left - 8, innerWidth - w - 8)) + "px";
    p.style.top = (r.bottom + h + 12 > innerHeight && r.top > h ? r.top - h - 6 : r.bottom + 6) + "px";
  };
  const of = (e) => e.target.closest?.("[data-define]");
  doc.addEventListener("pointerover", (e) => { const b = of(e); if (b && e.pointerType === "mouse") show(b); });
  doc.addEventListener("pointerout", (e) => { const b = of(e); if (b && e.pointerType === "mouse" && b !== doc.activeElement && !b.contains(e.relatedTarget)) hide(); });
  doc.addEventListener("focusin", (e) => { const b = of(e); if (b) show(b); else hide(); });
  doc.addEventListener("focusout", (e) => { if (of(e)) hide(); });
  doc.addEventListener("click", (e) => { const b = of(e); if (b) show(b); else if (!e.target.closest?.(".definition")) hide(); });
  doc.addEventListener("keydown", (e) => { if (e.key === "Escape") hide(); });
  addEventListener("scroll", hide, { passive: true });

  // What the reader has opened stays open when the figures are shown anew.
  let open = [];
  doc.addEventListener("htmx:before:swap", () => { open = [...doc.querySelectorAll("#overview details[open]")].map((d) => d.id); });
  const again = () => {
    for (const id of open) { const d = doc.getElementById(id); if (d) d.open = true; }
    open = [];
    const o = doc.getElementById("overview");
    if (o?.hasAttribute("data-behind")) setTimeout(() => { const now = doc.getElementById("overview"); if (now) window.orderly.refresh(now); }, 700);
  };
  doc.addEventListener("htmx:after:swap", again);
  addEventListener("DOMContentLoaded", again);
})();
