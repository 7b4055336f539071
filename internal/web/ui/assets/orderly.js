// The frame's behavior: theme, menu, palette, shortcuts, lists by keyboard,
// dialogs, copying, toasts, live updates. Everything hangs on data attributes
// and is delegated from the document, so that it works after every swap.
"use strict";
(() => {
  const doc = document, root = doc.documentElement;
  const $ = (s, from = doc) => from.querySelector(s);
  const $$ = (s, from = doc) => [...from.querySelectorAll(s)];
  const word = (name) => root.dataset[name] || "";
  const typing = (e) => e.target.closest?.("input, textarea, select, [contenteditable]");

  // --- who works for several merchants: what a page asks for and does says for
  // which of them it was made. The server refuses it when that is another by now.
  const merchant = word("merchant");
  if (merchant) {
    const plain = window.fetch;
    window.fetch = (what, o = {}) => { const headers = new Headers(o.headers); headers.set("Orderly-Merchant", merchant); return plain(what, { ...o, headers }); };
    doc.addEventListener("submit", (e) => {
      const f = e.target;
      if (e.defaultPrevented || (e.submitter?.getAttribute("formmethod") || f.getAttribute("method") || "").toLowerCase() !== "post") return;
      for (const [el, name] of [[f, "action"], [e.submitter, "formaction"]]) {
        if (!el || name === "formaction" && !el.hasAttribute(name)) continue;
        const to = new URL(el.getAttribute(name) || location.href, location.href);
        to.searchParams.set("of_merchant", merchant);
        el.setAttribute(name, to.pathname + to.search);
      }
    });
  }

  // --- theme: the cookie lets the server draw the next page right at once.
  const theme = (t) => {
    root.dataset.theme = t;
    doc.cookie = `orderly_theme=${t}; path=/; max-age=31536000; samesite=lax` + (location.protocol === "https:" ? "; secure" : "");
  };
  const flip = () => theme((root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark" ? "light" : "dark");

  // --- toasts
  const toast = (text, tone = "") => {
    const box = $("#toasts");
    if (!box) return;
    const t = doc.createElement("div");
    t.className = "toast";
    t.dataset.tone = tone;
    t.textContent = text;
    box.append(t);
    setTimeout(() => t.remove(), 4000);
  };

  // --- clicks
  doc.addEventListener("click", (e) => {
    const on = (s) => e.target.closest(s);
    let b;
    if ((b = on("[data-opens]"))) { open(b.dataset.opens); }
    else if ((b = on("[data-closes]"))) { b.closest("dialog")?.close(); }
    else if ((b = on("[data-copy]"))) { copy(b.dataset.copy); }
    else if ((b = on("[data-theme-flip]"))) { flip(); }
    else if ((b = on("[data-menu]"))) { menu(); }
    else if (on(".side a") || (!on(".side") && $(".side[data-open]"))) { menu(false); }
    if ((b = on("a[data-pops], button[data-pops]"))) { pop(b, e); }
    const dialog = e.target.closest("dialog");
    if (dialog && e.target === dialog && !dialog.hasAttribute("data-firm")) dialog.close();
  });
  const open = (id) => {
    const d = doc.getElementById(id);
    if (d && !d.open) d.showModal();
  };
  const copy = (text) => navigator.clipboard?.writeText(text).then(() => toast(word("copied")), () => {});
  const menu = (on) => {
    const side = $(".side"), b = $("[data-menu]");
    if (!side) return;
    const show = on ?? !side.hasAttribute("data-open");
    side.toggleAttribute("data-open", show);
    b?.setAttribute("aria-expanded", String(show));
    if (show) $("a", side)?.focus();
  };
  const pop = (b, e) => {
    const p = doc.getElementById(b.dataset.pops);
    if (!p) return;
    e.preventDefault();
    p.togglePopover();
    if (!p.matches(":popover-open")) return;
    const r = b.getBoundingClientRect(), w = p.offsetWidth, h = p.offsetHeight;
    p.style.left = Math.max(8, Math.min(r.left, innerWidth - w - 8)) + "px";
    p.style.top = (r.bottom + h + 12 > innerHeight && r.top > h ? r.top - h - 4 : r.bottom + 4) + "px";
    $("a, button, input", p)?.focus();
  };

  // What a list at the top holds comes after it has opened; the focus goes along.
  doc.addEventListener("htmx:after:swap", () => {
    const p = $(".switcher-menu:popover-open");
    if (p && !p.contains(doc.activeElement)) $("button, a", p)?.focus();
  });

  // --- the palette asks the server and moves by arrows
  let asked, wait;
  const palette = () => { open("palette"); const i = $("#palette-q"); i?.select(); ask(); };
  const ask = () => {
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const q = $("#palette-q").value.trim();
      asked?.abort();
      asked = new AbortController();
      try {
        const r = await fetch("/palette?q=" + encodeURIComponent(q), { signal: asked.signal, headers: { "HX-Request": "true" } });
        if (!r.ok) return;
        $("#palette-list").innerHTML = await r.text();
        choose(0);
      } catch { /* the next key asks again */ }
    }, $("#palette-q").value ? 90 : 0);
  };
  const choose = (to) => {
    const all = $$("#palette-list a");
    all.forEach((a, i) => a.setAttribute("aria-selected", String(i === to)));
    all[to]?.scrollIntoView({ block: "nearest" });
    const i = $("#palette-q");
    if (all[to]) i.setAttribute("aria-activedescendant", all[to].id); else i.removeAttribute("aria-activedescendant");
  };
  doc.addEventListener("input", (e) => { if (e.target.id === "palette-q") ask(); });
  const inPalette = (e) => {
    const all = $$("#palette-list a"), at = all.findIndex((a) => a.getAttribute("aria-selected") === "true");
    if (e.key === "ArrowDown") choose(Math.min(at + 1, all.length - 1));
    else if (e.key === "ArrowUp") choose(Math.max(at - 1, 0));
    else if (e.key === "Enter") { $("#palette").close(); all[Math.max(at, 0)]?.click(); }
    else return;
    e.preventDefault();
  };

  // --- lists: a table or list with data-rows; its rows are [data-row]
  const rows = () => $$("[data-rows] [data-row]").filter((r) => r.offsetParent);
  const here = () => $("[data-rows] [data-row][data-here]");
  const go = (step) => {
    const all = rows(), at = all.indexOf(here());
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
    if (!next) return;
    here()?.removeAttribute("data-here");
    next.setAttribute("data-here", "");
    next.scrollIntoView({ block: "nearest" });
    if (at === all.length - 1 && step > 0) $("[data-more]")?.click();
  };
  const pick = (range) => {
    const box = here() && $("input[type=checkbox]", here());
    if (!box) return;
    if (range) {
      const all = rows(), to = all.indexOf(here());
      let from = to;
      while (from > 0 && !$("input[type=checkbox]", all[from - 1])?.checked) from--;
      for (let i = from > 0 ? from : to; i <= to; i++) tick($("input[type=checkbox]", all[i]), true);
    } else tick(box, !box.checked);
  };
  const tick = (box, on) => {
    if (!box || box.checked === on) return;
    box.checked = on;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };
  doc.addEventListener("change", (e) => {
    const row = e.target.closest("[data-row]");
    if (row && e.target.type === "checkbox") row.setAttribute("aria-selected", String(e.target.checked));
    if (e.target.matches("form[data-auto] :is(select, input[type=checkbox], input[type=radio], input[type=date])")) e.target.form.requestSubmit();
  });

  // --- keys
  let going = 0;
  doc.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") { e.preventDefault(); palette(); return; }
    if ((e.ctrlKey || e.metaKey) && e.key === "Enter") {
      const f = e.target.closest("form") || $("form[data-main]");
      if (f) { e.preventDefault(); f.requestSubmit($("[data-submit]", f) || undefined); }
      return;
    }
    if (e.target.id === "palette-q") { inPalette(e); return; }
    if (e.key === "Escape") { if (typing(e)) e.target.blur(); menu(false); return; }
    if (typing(e) || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]")) return;
    if (going && Date.now() - going < 1200) {
      going = 0;
      const link = $(`a[data-go="${CSS.escape(e.key.toLowerCase())}"]`);
      if (link) { e.preventDefault(); link.click(); return; }
    }
    switch (e.key) {
      case "g": going = Date.now(); return;
      case "/": { const s = $("main input[type=search]"); if (s) { e.preventDefault(); s.focus(); s.select(); } else { e.preventDefault(); palette(); } return; }
      case "?": $("a[data-go-help]")?.click(); return;
      case "j": case "ArrowDown": if (e.key === "j" || here()) { e.preventDefault(); go(1); } return;
      case "k": case "ArrowUp": if (e.key === "k" || here()) { e.preventDefault(); go(-1); } return;
      case "x": pick(false); return;
      case "X": pick(true); return;
      case "t": flip(); return;
      case "m": $("[data-more]")?.click(); return;
      case "Enter": { const a = here() && !e.target.closest("a, button") && $("a[href]", here()); if (a) { e.preventDefault(); a.click(); } return; }
    }
    const act = $(`[data-key="${CSS.escape(e.key)}"]`);
    if (act && act.offsetParent) { e.preventDefault(); act.click(); }
  });

  // --- forms: what is typed is not lost, and nothing is sent twice
  let dirty = false;
  doc.addEventListener("input", (e) => { if (e.target.closest("form[data-guard]")) dirty = true; });
  doc.addEventListener("submit", (e) => {
    dirty = false;
    if (e.target.method === "post") {
      if (e.target.dataset.sent && Date.now() - e.target.dataset.sent < 3000) { e.preventDefault(); e.stopImmediatePropagation(); return; }
      e.target.dataset.sent = Date.now();
    }
  }, true);
  doc.addEventListener("htmx:after:request", (e) => { const f = e.detail?.ctx?.sourceElement?.closest?.("form"); if (f) delete f.dataset.sent; });
  addEventListener("beforeunload", (e) => { if (dirty) e.preventDefault(); });
  doc.addEventListener("htmx:before:request", (e) => {
    const from = e.detail?.ctx?.sourceElement;
    if (dirty && from?.matches?.("a") && !confirm(word("unsaved"))) e.preventDefault(); else if (from?.matches?.("a")) dirty = false;
  });

  // --- after a page came in by swap
  const settled = () => {
    for (const a of $$(".nav a")) {
      const mine = a.pathname === location.pathname || (a.pathname !== "/" && location.pathname.startsWith(a.pathname + "/") && !$(`.nav a[href="${CSS.escape(location.pathname)}"]`));
      if (mine) a.setAttribute("aria-current", "page"); else a.removeAttribute("aria-current");
    }
  };
  doc.addEventListener("htmx:after:history:push", () => { settled(); $("main h1")?.focus({ preventScroll: true }); });
  doc.addEventListener("htmx:after:history:replace", settled);
  addEventListener("popstate", () => setTimeout(settled, 50));
  doc.addEventListener("htmx:after:swap", () => {
    for (const t of $$("[data-toast]")) { toast(t.dataset.toast, t.dataset.tone); t.removeAttribute("data-toast"); }
    $$("dialog[data-open-now]").forEach((d) => { d.removeAttribute("data-open-now"); d.showModal(); });
  });

  // --- live: [data-live="ord_1 stk"] names things or kinds; when one changes,
  // the element is fetched anew from data-live-url (this page) and morphed, at
  // most once a second, never under somebody's hands.
  const waiting = new Map();
  const refresh = (el) => {
    if (!el.id || waiting.has(el.id)) return;
    waiting.set(el.id, setTimeout(() => {
      waiting.delete(el.id);
      const now = doc.getElementById(el.id);
      if (!now || doc.hidden) { if (now) now.dataset.stale = ""; return; }
      if (now.contains(doc.activeElement) && doc.activeElement.matches("input:not([type=checkbox]), textarea, select") || $("dialog[open]", now)) { now.dataset.stale = ""; return; }
      delete now.dataset.stale;
      htmx.ajax("GET", now.dataset.liveUrl || location.pathname + location.search, { target: "#" + CSS.escape(now.id), select: "#" + CSS.escape(now.id), swap: "outerMorph", headers: { "X-Live": "1" } });
    }, 400 + Math.random() * 300));
  };
  // Rows are marked by what they are about, never by where they stand: a morph
  // may give a row's place to another, and a tick or the keyboard's row must
  // not go with the place.
  const about = (row) => $("input[type=checkbox]", row)?.value || $("a[href]", row)?.getAttribute("href") || row.id;
  const marks = () => ({
    here: here() && about(here()),
    ticked: new Set($$("[data-rows] [data-row]").filter((r) => $("input[type=checkbox]", r)?.checked).map(about)),
  });
  const mark = (m) => {
    let box;
    for (const row of $$("[data-rows] [data-row]")) {
      row.toggleAttribute("data-here", m.here != null && about(row) === m.here);
      const b = $("input[type=checkbox]", row);
      if (!b) continue;
      b.checked = m.ticked.has(about(row));
      row.setAttribute("aria-selected", String(b.checked));
      box = b;
    }
    box?.dispatchEvent(new Event("change", { bubbles: true })); // who counts ticks counts again
  };
  doc.addEventListener("htmx:before:swap", (e) => { const c = e.detail?.ctx; if (c?.request?.headers?.["X-Live"]) c.marks = marks(); });
  doc.addEventListener("htmx:after:swap", (e) => { const c = e.detail?.ctx; if (c?.marks) mark(c.marks); });
  const past = []; // what was told of late: a page that came in by a swap may be older
  const place = () => Number($("#main")?.dataset.place ?? -1);
  let shown = place();
  const changed = (list) => {
    past.push(...list);
    past.splice(0, past.length - 500);
    tell(list);
  };
  doc.addEventListener("htmx:after:swap", () => {
    if (place() === shown) return;
    shown = place();
    const missed = past.filter((c) => c.seq > shown);
    if (missed.length) tell(missed);
  });
  const tell = (list) => {
    const keys = new Set(list.flatMap((c) => [c.kind, c.id]));
    for (const el of $$("[data-live]")) if (el.dataset.live.split(" ").some((k) => keys.has(k))) refresh(el);
    doc.dispatchEvent(new CustomEvent("orderly:changes", { detail: list }));
  };
  const state = (s) => { const l = $("#live"); if (l) { l.dataset.state = s; $(".live-word", l).textContent = s === "lost" ? word("offline") : word("live"); } };
  let source;
  const listen = () => {
    if (!$("#live") || source) return;
    source = new EventSource("/live?after=" + place() + (merchant ? "&of_merchant=" + merchant : ""));
    source.addEventListener("open", () => state("on"));
    source.addEventListener("error", () => { state("lost"); if (source.readyState === 2) { source = null; setTimeout(listen, 5000); } });
    source.addEventListener("changes", (e) => changed(JSON.parse(e.data)));
    source.addEventListener("reset", () => $$("[data-live]").forEach(refresh));
  };
  doc.addEventListener("visibilitychange", () => { if (!doc.hidden) $$("[data-live][data-stale]").forEach(refresh); });
  doc.addEventListener("focusout", () => setTimeout(() => $$("[data-live][data-stale]").forEach(refresh), 300));
  addEventListener("pagehide", () => { source?.close(); source = null; });
  addEventListener("pageshow", listen);

  // --- ages go on
  setInterval(() => {
    for (const t of $$("[data-since]")) {
      const min = Math.floor((Date.now() - t.dataset.since / 1000) / 60000);
      t.textContent = min < 1 ? word("now") : min < 60 ? word("minutes").replace("{count}", min) : min < 2880 ? word("hours").replace("{count}", Math.floor(min / 60)) : word("days").replace("{count}", Math.floor(min / 1440));
    }
  }, 30000);

  window.orderly = { toast, open, refresh };
})();
