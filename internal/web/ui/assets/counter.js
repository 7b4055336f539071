// Orders that are keyed in or changed: the form's buttons work without this; here they
// change the page in place, one after the other, so that a scanner may be
// faster than the server and no scan is lost or doubled.
"use strict";
(() => {
  const doc = document;
  const get = (id) => doc.getElementById(id);
  const form = () => get("order-form");
  const here = () => form()?.dataset.at || "/orders/new/draft";
  let queue = Promise.resolve(), pending = 0, wait;

  const partsOf = (name) => name === "find" ? ["found"] : name === "pick" || name === "unpick" ? ["customer", "effect"] : ["lines", "suggest", "paste", "effect"];
  const act = (name, value, then) => {
    clearTimeout(wait);
    pending++;
    queue = queue.then(() => send(name, value)).then((ok) => { if (ok && then) then(); }).catch(() => {
      const f = form();
      if (f) window.orderly.toast(f.dataset.failed, "bad");
    }).finally(() => pending--);
  };
  const send = async (name, value) => {
    const f = form();
    if (!f) return false;
    const data = new URLSearchParams(new FormData(f));
    if (name !== "rows") data.delete("rows");
    if (name !== "scan") data.delete("scan");
    data.set(name, value);
    const r = await fetch(here(), { method: "POST", body: data, headers: { "X-Draft": "1" } });
    if (!r.ok) throw new Error(r.status);
    const page = new DOMParser().parseFromString(await r.text(), "text/html");
    for (const id of partsOf(name)) {
      const now = get(id), next = page.getElementById(id);
      if (now && next) now.replaceWith(doc.adoptNode(next));
    }
    doc.dispatchEvent(new Event("orderly:draft"));
    return true;
  };
  const scanned = () => { const first = doc.querySelector("#suggest button"); if (first) first.focus(); else get("scan")?.focus(); };
  const scan = () => {
    const i = get("scan"), text = i.value.trim();
    i.value = "";
    if (text) act("scan", text, scanned);
  };
  const find = (focus) => act("find", "1", () => { if (focus) doc.querySelector("#found button")?.focus(); });

  doc.addEventListener("click", (e) => {
    const b = e.target.closest(`#order-form button[formaction$="/draft"]`);
    if (!b) return;
    e.preventDefault();
    switch (b.name) {
      case "add": scan(); return;
      case "find": find(true); return;
      case "paste": act("rows", get("rows").value, () => (doc.querySelector("#paste [role=alert]") ? get("rows") : get("scan"))?.focus()); return;
      case "pick": act("pick", b.value, () => get("scan")?.focus()); return;
      case "unpick": act("unpick", "1", () => get("find_text")?.focus()); return;
      case "default": return;
      case "item": get("scan").value = "";
    }
    act(b.name, b.value, scanned);
  });

  const among = (e) => {
    const all = [...e.target.closest(".counter-choices").querySelectorAll("button")], at = all.indexOf(e.target);
    if (e.key === "ArrowDown") (all[at + 1] || all[at]).focus();
    else if (at > 0) all[at - 1].focus();
    else (e.target.closest("#found") ? get("find_text") : get("scan"))?.focus();
    e.preventDefault();
  };
  const next = (from) => {
    const all = [...form().querySelectorAll("input:not([type=hidden]), select, textarea, button[data-submit]")].filter((x) => x.offsetParent);
    all[all.indexOf(from) + 1]?.focus();
  };
  doc.addEventListener("keydown", (e) => {
    if (!e.target.closest?.("#order-form") || e.ctrlKey || e.metaKey || e.altKey) return;
    const arrow = e.key === "ArrowDown" || e.key === "ArrowUp";
    if (arrow && e.target.closest(".counter-choices")) { among(e); return; }
    if (e.key === "ArrowDown" && e.target.id === "scan") { doc.querySelector("#suggest button")?.focus(); e.preventDefault(); return; }
    if (e.key === "ArrowDown" && e.target.id === "find_text") { doc.querySelector("#found button")?.focus(); e.preventDefault(); return; }
    if (e.key !== "Enter" || !e.target.matches("input, select")) return;
    e.preventDefault();
    if (e.target.id === "scan") scan();
    else if (e.target.id === "find_text") { if (e.target.value.trim()) find(true); else next(e.target); }
    else if (e.target.closest("#lines")) get("scan")?.focus();
    else next(e.target);
  });
  doc.addEventListener("input", (e) => {
    if (e.target.id === "find_text") { clearTimeout(wait); wait = setTimeout(() => find(false), 220); }
    if (e.target.id !== "scan") return;
    clearTimeout(wait);
    const asked = e.target.value;
    wait = setTimeout(async () => {
      try {
        const r = await fetch("/orders/new/items?scan=" + encodeURIComponent(asked));
        if (!r.ok || get("scan")?.value !== asked) return;
        const page = new DOMParser().parseFromString(await r.text(), "text/html");
        get("suggest").replaceWith(doc.adoptNode(page.getElementById("suggest")));
      } catch { /* the next key asks again */ }
    }, 130);
  });
  // What stands in for a line is searched like an item that joins.
  doc.addEventListener("input", (e) => {
    if (e.target.name !== "substitute" || e.inputType === "insertReplacementText") return;
    clearTimeout(wait);
    const asked = e.target.value;
    wait = setTimeout(async () => {
      try {
        const r = await fetch("/orders/new/items?scan=" + encodeURIComponent(asked));
        if (!r.ok || doc.activeElement?.value !== asked) return;
        const page = new DOMParser().parseFromString(await r.text(), "text/html");
        get("instead-items").replaceChildren(...[...page.querySelectorAll("button")].map((b) => new Option(b.querySelector("strong").textContent, b.value)));
      } catch { /* the next key asks again */ }
    }, 130);
  });
  doc.addEventListener("paste", (e) => {
    if (e.target.id !== "scan") return;
    const text = e.clipboardData?.getData("text") || "";
    if (!/[\n\t]/.test(text.trim())) return;
    e.preventDefault();
    act("rows", text, () => get("scan")?.focus());
  });
  // What is still on its way belongs to the order that is placed.
  doc.addEventListener("submit", (e) => {
    if (e.target.id !== "order-form" || !pending) return;
    e.preventDefault();
    const f = e.target, by = e.submitter;
    queue.then(() => { delete f.dataset.sent; f.requestSubmit(by || undefined); });
  });
})();
