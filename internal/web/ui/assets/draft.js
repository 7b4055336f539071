// The order that is being keyed in, kept in this browser while somebody types:
// a closed tab or a lost connection costs nothing. One a user, for a day; gone
// with placing and with signing out. Of paying nothing is kept.
"use strict";
(() => {
  const doc = document, prefix = "orderly.draft.", day = 24 * 3600 * 1000;
  const kept = ["mode", "customer", "name", "company", "email", "phone", "line1", "line2", "postal_code", "city", "region", "country", "keep",
    "sku", "quantity", "price", "discount", "shipping", "channel", "due", "tags", "note", "hold", "hold_note", "location"];
  const telling = ["customer", "name", "company", "email", "phone", "line1", "sku", "tags", "note", "shipping"];
  const get = (key) => { try { return JSON.parse(localStorage.getItem(key) || "null"); } catch { return null; } };
  const set = (key, value) => { try { value ? localStorage.setItem(key, JSON.stringify(value)) : localStorage.removeItem(key); } catch { /* full or forbidden: the form works without */ } };
  const forget = () => { try { for (const k of Object.keys(localStorage)) if (k.startsWith(prefix)) localStorage.removeItem(k); } catch { /* as above */ } };
  const form = () => doc.querySelector("#order-form[data-draft]");
  const fieldsOf = (f) => [...new FormData(f)].filter(([name, value]) => kept.includes(name) && typeof value === "string" && value.length < 20000);
  const hasWord = (fields) => fields.some(([name, value]) => telling.includes(name) && value.trim() !== "");

  let since = 0; // when what is on this page was begun
  const save = () => {
    const f = form();
    if (!f) return;
    const fields = fieldsOf(f);
    if (hasWord(fields)) { since ||= Date.now(); set(prefix + f.dataset.draft, { since, at: Date.now(), fields }); }
    else if (since) set(prefix + f.dataset.draft, null);
  };

  const when = (ms, f) => {
    const at = new Date(ms), zone = f.dataset.zone || undefined, lang = doc.documentElement.lang || undefined;
    const show = (o) => new Intl.DateTimeFormat(lang, { timeZone: zone, ...o }).format(at);
    const today = new Intl.DateTimeFormat(lang, { timeZone: zone, dateStyle: "short" });
    return show(today.format(at) === today.format(new Date()) ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" });
  };
  const goOn = async (bar, draft) => {
    const f = form(), data = new URLSearchParams(draft.fields);
    const mode = f.querySelector("[name=mode]").value, its = data.get("mode") || mode;
    if (its !== mode) { // the other tab of the form: it goes on there
      try { sessionStorage.setItem(prefix + "go", "1"); } catch { return; }
      location.assign("/orders/new?mode=" + encodeURIComponent(its));
      return;
    }
    try {
      const r = await fetch("/orders/new/draft", { method: "POST", body: data, headers: { "X-Draft": "1" } });
      if (!r.ok) throw new Error(r.status);
      const next = new DOMParser().parseFromString(await r.text(), "text/html").getElementById("order-form");
      f.replaceWith(doc.adoptNode(next));
      htmx.process(next);
      since = draft.since;
      bar.hidden = true;
      doc.getElementById("scan")?.focus();
    } catch { window.orderly.toast(f.dataset.failed, "bad"); }
  };

  // offer shows what was begun, on a form that is still empty.
  const offer = () => {
    const done = doc.querySelector("[data-draft-done]");
    if (done) { set(prefix + done.dataset.draftDone, null); since = 0; return; }
    const f = form(), bar = doc.getElementById("draft-offer");
    if (!f || !bar || bar.dataset.asked) return;
    bar.dataset.asked = "1";
    since = 0;
    const draft = get(prefix + f.dataset.draft);
    let go = false;
    try { go = sessionStorage.getItem(prefix + "go") === "1"; sessionStorage.removeItem(prefix + "go"); } catch { /* asked again */ }
    if (!draft || !Array.isArray(draft.fields) || Date.now() - draft.at > day) { set(prefix + f.dataset.draft, null); return; }
    if (hasWord(fieldsOf(f))) return;
    if (go) { goOn(bar, draft); return; }
    const text = bar.querySelector("[data-begun]");
    text.textContent = text.dataset.begun.replace("{}", when(draft.since, f));
    bar.querySelector("[data-go-on]").onclick = () => goOn(bar, draft);
    bar.querySelector("[data-throw-away]").onclick = () => { set(prefix + f.dataset.draft, null); bar.hidden = true; (doc.getElementById("find_text") || doc.getElementById("scan"))?.focus(); };
    bar.hidden = false;
  };

  // The script that changes the form in place says when it has.
  doc.addEventListener("input", (e) => { if (e.target.closest?.("#order-form")) save(); });
  doc.addEventListener("change", (e) => { if (e.target.closest?.("#order-form")) save(); });
  doc.addEventListener("orderly:draft", save);
  doc.addEventListener("submit", (e) => { if (e.target.getAttribute("action") === "/signout") forget(); }, true);
  doc.addEventListener("htmx:after:swap", offer);
  addEventListener("pageshow", offer);
  if (doc.readyState !== "loading") offer(); else doc.addEventListener("DOMContentLoaded", offer);
})();
