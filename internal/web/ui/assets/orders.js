// The list of orders: selecting, acting on many, rows that change while they
// are shown, density. Everything is delegated from the document.
"use strict";
(() => {
  const doc = document;
  const $ = (s, from = doc) => from.querySelector(s);
  const $$ = (s, from = doc) => [...from.querySelectorAll(s)];
  const list = () => $("[data-orders]");
  const picks = () => $$("[data-orders] [data-pick]");
  let everything = false;

  // --- selection
  const count = () => {
    const bar = $("[data-bulk]");
    if (!bar) return;
    const n = picks().filter((b) => b.checked).length;
    if (n === 0 || n < picks().length) everything = false;
    bar.hidden = n === 0;
    const out = $("[data-bulk-count]", bar);
    out.textContent = everything ? out.dataset.all : n === 1 ? out.dataset.one : out.dataset.many.replace("{n}", n);
    $("[data-pick-filter]", bar).hidden = everything;
    const all = $("[data-pick-all]");
    if (all) { all.checked = n > 0 && n === picks().length; all.indeterminate = n > 0 && n < picks().length; }
  };
  const set = (on) => { for (const b of picks()) { b.checked = on; b.closest("tr").setAttribute("aria-selected", String(on)); } count(); };
  doc.addEventListener("change", (e) => {
    if (e.target.matches("[data-pick-all]")) set(e.target.checked);
    else if (e.target.matches("[data-pick]")) count();
    else if (e.target.closest("#bulk-act")) foresee();
  });
  let last = null;
  doc.addEventListener("click", (e) => {
    const box = e.target.closest("[data-pick]");
    if (box) {
      if (e.shiftKey && last && last.isConnected) {
        const all = picks(), [a, b] = [all.indexOf(last), all.indexOf(box)].sort((x, y) => x - y);
        for (let i = a; i <= b; i++) { all[i].checked = box.checked; all[i].closest("tr").setAttribute("aria-selected", String(box.checked)); }
        count();
      }
      last = box;
    }
    if (e.target.closest("[data-pick-none]")) { everything = false; set(false); }
    if (e.target.closest("[data-pick-filter]")) { set(true); everything = true; count(); }
    const act = e.target.closest("[data-bulk-act]");
    if (act) bulk(act.dataset.bulkAct);
    const density = e.target.closest("[data-density]");
    if (density) {
      const on = list().classList.toggle("dense");
      density.setAttribute("aria-pressed", String(on));
      doc.cookie = `orderly_dense=${on ? 1 : 0}; path=/; max-age=31536000; samesite=lax`;
    }
  });
  doc.addEventListener("keydown", (e) => {
    if (e.target.closest?.("input:not([type=checkbox]), textarea, select") || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]")) return;
    const bar = $("[data-bulk]");
    if (e.key === "e" && bar && !bar.hidden) { e.preventDefault(); $("[data-bulk-act]", bar)?.focus(); }
    if (e.key === "Escape" && bar && !bar.hidden) { everything = false; set(false); }
  });

  // --- the form of an act, and what it would do
  const bulk = async (kind) => {
    await htmx.ajax("GET", "/orders/bulk?act=" + encodeURIComponent(kind), { target: "#bulk-form", swap: "innerHTML" });
    const f = $("#bulk-act");
    if (!f) return;
    $("[data-bulk-orders]", f).value = everything ? "" : picks().filter((b) => b.checked).map((b) => b.value).join(" ");
    $("[data-bulk-filter]", f).value = list().dataset.filter;
    $("[data-bulk-everything]", f).value = everything ? "1" : "";
    window.orderly.open("bulk-dialog");
    $("select, textarea, input:not([type=hidden])", f)?.focus();
    foresee();
  };
  let wait;
  const foresee = () => { clearTimeout(wait); wait = setTimeout(() => { const box = $("#bulk-effect"); if (box) htmx.trigger(box, "foresee"); }, 250); };
  doc.addEventListener("input", (e) => { if (e.target.closest("#bulk-act")) foresee(); });
  doc.addEventListener("htmx:after:swap", () => setTimeout(count, 0));

  // --- rows that changed are fetched anew, and stay where they are
  let changed = new Set(), timer;
  doc.addEventListener("orderly:changes", (e) => {
    const box = list();
    if (!box) return;
    for (const c of e.detail) {
      if (c.kind !== "ord") continue;
      if ($(`tr[data-id="${CSS.escape(c.id)}"]`, box)) changed.add(c.id);
      else if (c.type === "order.placed" && box.dataset.first === "true") $("[data-fresh]", box).hidden = false;
    }
    if (changed.size && !timer) timer = setTimeout(anew, 600);
  });
  const anew = async () => {
    timer = 0;
    const ids = [...changed].slice(0, 60);
    for (const id of ids) changed.delete(id);
    try {
      const r = await fetch("/orders/rows?" + ids.map((id) => "id=" + encodeURIComponent(id)).join("&"), { headers: { "HX-Request": "true" } });
      if (!r.ok) return;
      const rows = new DOMParser().parseFromString(await r.text(), "text/html").querySelectorAll("tr[data-id]");
      for (const row of rows) {
        const old = $(`[data-orders] tr[data-id="${CSS.escape(row.dataset.id)}"]`);
        if (!old) continue;
        const at = old.contains(doc.activeElement) ? (doc.activeElement.matches("[data-pick]") ? "[data-pick]" : "a") : "";
        const box = $("[data-pick]", old)?.checked;
        if (old.hasAttribute("data-here")) row.setAttribute("data-here", "");
        if (box) { $("[data-pick]", row).checked = true; row.setAttribute("aria-selected", "true"); }
        row.setAttribute("data-changed", "");
        old.replaceWith(doc.adoptNode(row));
        if (at) $(at, row)?.focus({ preventScroll: true });
      }
    } catch { /* the next change tries again */ }
    if (changed.size && !timer) timer = setTimeout(anew, 600);
  };

  // --- what is typed on an order's page outlives a change that comes in
  const typed = new Map();
  doc.addEventListener("input", (e) => { if (e.target.id && e.target.closest("#order") && e.target.matches("textarea, input:not([type=checkbox], [type=hidden])")) typed.set(location.pathname + "#" + e.target.id, e.target.value); });
  doc.addEventListener("submit", (e) => { for (const i of $$("textarea, input", e.target)) typed.delete(location.pathname + "#" + i.id); });
  doc.addEventListener("htmx:after:swap", () => {
    for (const [key, value] of typed) {
      const [path, id] = key.split("#"), el = path === location.pathname && doc.getElementById(id);
      if (el && el !== doc.activeElement && el.value !== value) el.value = value;
    }
  });

  // --- what can be undone goes away after some seconds
  const fade = () => { for (const u of $$("[data-undo]:not([data-fading])")) { u.dataset.fading = ""; setTimeout(() => u.remove(), 10000); } };
  doc.addEventListener("htmx:after:swap", fade);
  fade();
})();
