// The warehouse's behavior: a scanner that types, the camera, sounds, the stop
// at a wrong scan, and scans that wait for a lost connection.
//
// A page with [data-scan] says in data attributes what is needed. A scan is
// held against that at once, kept in this browser under an id of its own, and
// sent in order; the server counts each id once. Only an answer takes a scan
// out of the queue, so nothing is lost and nothing counts twice.
"use strict";
(() => {
  const doc = document;
  const $ = (s, from = doc) => from.querySelector(s);
  const $$ = (s, from = doc) => [...from.querySelectorAll(s)];
  const page = () => $("[data-scan]");
  const user = () => page()?.dataset.user || "";

  // --- what is kept in this browser; without storage it is kept in the page
  const memory = {};
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key) ?? memory[key] ?? "null"); } catch { return null; } };
  const write = (key, value) => {
    const text = value === null ? null : JSON.stringify(value);
    memory[key] = text;
    try { text === null ? localStorage.removeItem(key) : localStorage.setItem(key, text); } catch { /* full or forbidden: the page still has it */ }
  };
  const newID = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  // --- sounds
  let audio;
  const loud = () => read("orderly.floor.mute") !== true;
  const tone = (steps) => {
    if (!loud()) return;
    try {
      audio ||= new AudioContext();
      let at = audio.currentTime;
      for (const [hz, s, shape] of steps) {
        const o = audio.createOscillator(), g = audio.createGain();
        o.type = shape || "sine";
        o.frequency.value = hz;
        g.gain.setValueAtTime(0.18, at);
        g.gain.exponentialRampToValueAtTime(0.001, at + s);
        o.connect(g).connect(audio.destination);
        o.start(at);
        o.stop(at + s);
        at += s;
      }
    } catch { /* no sound device */ }
  };
  const sounds = { good: [[1046, .09]], done: [[784, .1], [1046, .1], [1318, .18]], bad: [[180, .22, "square"], [140, .34, "square"]], wait: [[520, .12]] };
  const play = (name) => tone(sounds[name]);

  // --- what the page needs
  let now = {};
  const setup = () => {
    const root = page();
    $$("[data-sound]").forEach((b) => b.setAttribute("aria-pressed", String(loud())));
    showCamera();
    for (const f of $$("[data-keeps]")) if (!f.value) f.value = read("orderly.floor.keep." + f.dataset.keeps) || "";
    paint();
    if (!root) { now = {}; attach(); return; }
    now = { root, kind: root.dataset.scan, work: root.dataset.work, lines: JSON.parse(root.dataset.lines || "[]"), parcels: JSON.parse(root.dataset.parcels || "[]") };
    for (const box of $$("[data-scan-back]", root)) box.checked = back.on && back.path === location.pathname;
    if (now.kind === "pick") { for (const i of waiting()) if (i.work === now.work) moveUnits(i.units, i.back); paintLines(); }
    if (now.kind === "ship") for (const i of waiting()) markParcel(i.parcel, i.back);
    if (now.kind === "pack") openParcel();
    if (now.kind === "sheet") openSheet();
    const told = $("[data-stop-now]");
    if (told) { told.remove(); stop("refused", told.dataset.stopNow, told.dataset.code); }
    attach();
    flush();
  };

  // --- telling
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, k) => values[k] ?? "");
  const say = (key, values = {}) => {
    const p = $("[data-said]");
    if (p) { p.textContent = fill(p.dataset[key] || "", values); p.dataset.tone = key; }
  };
  const flash = (el) => {
    if (!el) return;
    el.classList.remove("floor-hit");
    void el.offsetWidth;
    el.classList.add("floor-hit");
  };
  const stopper = () => doc.getElementById("floor-stop");
  const stop = (why, text, code) => {
    play("bad");
    navigator.vibrate?.([200, 80, 200]);
    const d = stopper();
    if (!d) return;
    $("#floor-stop-title").textContent = d.dataset[why] || d.dataset.refused;
    $("#floor-stop-text").textContent = text || "";
    $("[data-stop-code]", d).textContent = code || "";
    if (!d.open) d.showModal();
    d.focus(); // not its button: the Enter of the scan, or of the next one, is no answer
    stoppedAt = performance.now();
  };
  let stoppedAt = 0, taken = "";
  // take keeps a key from whatever has the focus, and the press that follows it.
  const take = (e) => { e.preventDefault(); e.stopImmediatePropagation(); taken = e.key; };
  addEventListener("keypress", (e) => { if (page() && e.key === taken) { e.preventDefault(); e.stopImmediatePropagation(); } }, true);
  addEventListener("keyup", () => { taken = ""; }, true);
  doc.addEventListener("cancel", (e) => { if (e.target.id === "floor-stop") e.preventDefault(); }, true);

  // --- lines
  const codeOf = (l, code) => l.codes[code] ?? l.codes[code.toUpperCase()];
  // spread finds the lines that take the units of a code, in their order.
  const spread = (code, back) => {
    const mine = now.lines.filter((l) => codeOf(l, code) !== undefined);
    if (!mine.length) return { why: "wrong" };
    let units = codeOf(mine[0], code);
    const out = [];
    for (const l of mine) {
      const n = Math.min(units, back ? l.taken : l.left);
      if (n > 0) { out.push({ line: l.line, units: n }); units -= n; }
    }
    return units > 0 ? { why: "over", line: mine[0] } : { units: out, line: mine.find((l) => l.line === out[0].line) };
  };
  const moveUnits = (units, back) => {
    for (const u of units || []) {
      const l = now.lines.find((x) => x.line === u.line);
      if (l) { l.left += back ? u.units : -u.units; l.taken += back ? -u.units : u.units; }
    }
  };
  const rowOf = (n) => $(`[data-line="${n}"]`, now.root);
  const paintLines = () => {
    for (const l of now.lines) {
      const row = rowOf(l.line);
      if (!row) continue;
      $("[data-left]", row).textContent = Math.max(0, l.left);
      $("[data-taken]", row).textContent = l.taken;
      row.classList.toggle("floor-line-done", l.left <= 0);
    }
    const box = $("[data-done-box]", now.root);
    if (box) box.hidden = now.lines.some((l) => l.left > 0);
  };

  // --- a scan
  const strip = (code) => code.replace(/[\u0000-\u001f\u007f]/g, "").trim().replace(/^\][A-Za-z][0-9]/, "");
  const backwards = () => $("[data-scan-back]", now.root)?.checked || false;
  let back = { path: "", on: false }; // survives that the page is drawn anew
  doc.addEventListener("change", (e) => { if (e.target.matches?.("[data-scan-back]")) back = { path: location.pathname, on: e.target.checked }; });
  const scan = (raw) => {
    const code = strip(raw);
    if (!code || !page()) return;
    if (page() !== now.root) setup();
    if (stopper()?.open) { play("bad"); return; }
    const go = { pick: scanPick, pack: scanPack, ship: scanShip, sheet: scanSheet, find: scanFind }[now.kind];
    if (now.kind !== "find" && now.kind !== "ship" && /^(ful|par)_/i.test(code)) { if (code.toLowerCase() !== now.work) scanFind(code); return; }
    go?.(code);
  };
  const scanFind = (code) => {
    play("good");
    const to = "/floor/find?code=" + encodeURIComponent(code);
    const form = now.kind === "find" && $("[data-scan-form]", now.root);
    if (form) { $("[data-scan-field]", form).value = code; form.requestSubmit(); } else location.assign(to);
  };
  const scanPick = (code) => {
    if (!now.root.dataset.url || !$("[data-scan-form]", now.root)) return;
    const back = backwards(), got = spread(code, back), d = stopper().dataset;
    if (got.why === "wrong") { stop("wrong", d.wrongText, code); return; }
    if (got.why === "over") { stop("over", fill(d.overText, { name: got.line.name }), code); return; }
    moveUnits(got.units, back);
    paintLines();
    flash(rowOf(got.line.line));
    const done = now.lines.every((l) => l.left <= 0);
    play(done ? "done" : "good");
    say(back ? "back" : done ? "done" : "good", { name: got.line.sku, left: got.line.left });
    enqueue({ url: now.root.dataset.url, work: now.work, code, units: got.units, back });
  };
  const markParcel = (id, back) => {
    const p = now.parcels.find((x) => x.id === id);
    if (!p) return null;
    p.left = !back;
    const row = $(`[data-parcel="${CSS.escape(id)}"]`, now.root);
    row?.classList.toggle("floor-line-done", p.left);
    return row;
  };
  const scanShip = (code) => {
    if (!$("[data-scan-form]", now.root)) return;
    const back = backwards(), d = stopper().dataset, low = code.toLowerCase();
    const all = now.parcels.filter((p) => p.codes.some((c) => c === code || c === low));
    const fit = all.filter((p) => p.left === back);
    if (all.length && !fit.length) { stop("again", d.againText, code); return; }
    if (!all.length && !now.root.hasAttribute("data-more")) { stop("wrong", d.wrongText, code); return; }
    const one = fit.length === 1 ? fit[0] : null;
    if (one) flash(markParcel(one.id, back));
    play("good");
    say(back ? "back" : "good", { name: one ? one.name : code, left: now.parcels.filter((p) => !p.left).length });
    enqueue({ url: now.root.dataset.url, code: one ? one.id : code, parcel: one?.id, back });
  };

  // --- the queue of scans
  const QUEUE = "orderly.floor.scans";
  const waiting = () => (read(QUEUE) || []).filter((i) => i.user === user());
  const enqueue = (item) => {
    write(QUEUE, [...(read(QUEUE) || []), { id: newID(), user: user(), ...item }]);
    paint();
    flush();
  };
  const drop = (id) => write(QUEUE, (read(QUEUE) || []).filter((i) => i.id !== id));
  let sending = false, again = 0, signedOut = false, lost = false;
  const flush = async () => {
    if (sending || !user()) return;
    sending = true;
    clearTimeout(again);
    let sent = false;
    try {
      for (let item; (item = waiting()[0]);) {
        if (!(await send(item))) { again = setTimeout(flush, 2000); break; }
        sent = true;
      }
    } finally {
      sending = false;
      paint();
      if (sent && now.kind === "ship" && !waiting().length) orderly.refresh(now.root);
    }
    flushCodes();
  };
  // post gives the answer, or null when it is to be tried again.
  const post = async (url, body, headers) => {
    let r;
    try {
      r = await fetch(url, { method: "POST", body, headers, credentials: "same-origin", signal: AbortSignal.timeout(20000) });
    } catch { lost = true; return null; }
    lost = false;
    signedOut = r.redirected && new URL(r.url).pathname === "/signin";
    return signedOut || r.status >= 500 || r.status === 429 || r.status === 408 ? null : r;
  };
  const send = async (item) => {
    const body = new URLSearchParams({ code: item.code, idempotency_key: item.id });
    if (item.back) body.set("back", "1");
    const r = await post(item.url, body, { Accept: "application/json" });
    if (!r) { paint(); return false; }
    const answer = await r.json().catch(() => null);
    drop(item.id);
    if (r.ok && answer?.ok) agree(item, answer); else refuse(item, answer?.text);
    return true;
  };
  // agree takes the server's counts, less what is still on its way.
  const agree = (item, answer) => {
    paint();
    if (now.kind !== "pick" || item.work !== now.work || !answer.lines) return;
    for (const s of answer.lines) {
      const l = now.lines.find((x) => x.line === s.line);
      if (l) { l.left = s.left; l.taken = s.taken; }
    }
    for (const i of waiting()) if (i.work === now.work) moveUnits(i.units, i.back);
    paintLines();
  };
  let stale = false;
  const refuse = (item, text) => {
    stale = true;
    stop("refused", text, item.code);
  };
  doc.addEventListener("click", (e) => {
    if (e.target.closest("[data-stop-ok]")) {
      stopper().close();
      if (stale && now.root?.id) { stale = false; renew(); }
    }
    if (e.target.closest("[data-sound]")) { write("orderly.floor.mute", loud() ? true : null); setup(); play("good"); }
    if (e.target.closest("[data-camera]")) camera();
    if (e.target.closest("[data-into-all]")) { for (const l of now.lines) setInto(l, l.left); }
  });
  const renew = () => htmx.ajax("GET", location.pathname + location.search, { target: "#" + now.root.id, select: "#" + now.root.id, swap: "outerHTML" });

  const paint = () => {
    const n = waiting().length + codes().length;
    for (const w of $$("[data-wait]")) {
      const show = n > 0 && (lost || signedOut || !navigator.onLine) || !navigator.onLine;
      w.hidden = !show;
      $("[data-wait-text]", w).textContent = fill(signedOut ? w.dataset.signin : n === 1 ? w.dataset.one : n ? w.dataset.many : w.dataset.none, { n });
    }
    doc.documentElement.dataset.waiting = n;
    const list = $("[data-codes-waiting]");
    if (list) {
      list.hidden = !codes().length;
      list.replaceChildren(...codes().map((c) => { const li = doc.createElement("li"); li.textContent = c.code; return li; }));
    }
  };
  addEventListener("online", () => { lost = false; paint(); flush(); });
  addEventListener("offline", paint);

  // --- packing: what is in the parcel is counted here until it is closed
  const packKey = () => "orderly.floor.pack." + now.work;
  const field = (l) => { const row = rowOf(l.line); return row && $("[data-into]", row); };
  const setInto = (l, n) => {
    const f = field(l);
    if (!f) return;
    f.value = n;
    keepParcel();
  };
  const keepParcel = () => {
    const kept = {};
    for (const l of now.lines) { const f = field(l); if (f) { kept[l.line] = Number(f.value) || 0; rowOf(l.line).classList.toggle("floor-line-done", Number(f.value) >= l.left); } }
    write(packKey(), kept);
  };
  const openParcel = () => {
    if (now.root.dataset.made) { write(packKey(), null); }
    const kept = read(packKey()) || {};
    if (now.root.hasAttribute("data-typed")) { keepParcel(); return; }
    for (const l of now.lines) { const f = field(l); if (f) f.value = Math.min(l.left, kept[l.line] || 0); }
    keepParcel();
  };
  const scanPack = (code) => {
    const d = stopper().dataset;
    const mine = now.lines.filter((l) => codeOf(l, code) !== undefined);
    const full = now.lines.length && now.lines.every((l) => Number(field(l)?.value) >= l.left);
    const tracking = $("#tracking");
    if (!mine.length) {
      if (full && tracking && !tracking.value) { tracking.value = code; play("good"); flash(tracking.closest(".field")); return; }
      stop("wrong", d.wrongText, code);
      return;
    }
    let units = codeOf(mine[0], code);
    const room = mine.reduce((sum, l) => sum + l.left - (Number(field(l)?.value) || 0), 0);
    if (units > room) { stop("over", fill(d.overText, { name: mine[0].name }), code); return; }
    let hit;
    for (const l of mine) {
      const has = Number(field(l)?.value) || 0, n = Math.min(units, l.left - has);
      if (n > 0) { setInto(l, has + n); units -= n; hit = l; }
    }
    flash(rowOf(hit.line));
    const done = now.lines.every((l) => Number(field(l)?.value) >= l.left);
    play(done ? "done" : "good");
    say(done ? "done" : "good", { name: hit.sku, left: hit.left - Number(field(hit).value) });
  };

  // --- sheets: receive, count, transfer. The server adds the line; the codes
  // wait here, in order, until it has.
  const codeKey = () => "orderly.floor.codes." + (now.root?.dataset.kind || "") + "." + (now.root?.dataset.place || "");
  const draftKey = () => "orderly.floor.draft." + now.root.dataset.kind + "." + now.root.dataset.place;
  const codes = () => (now.kind === "sheet" ? read(codeKey()) || [] : []);
  const sheetForm = () => $("[data-sheet]", now.root);
  const scanSheet = (code) => {
    write(codeKey(), [...codes(), { id: newID(), code }]);
    paint();
    flushCodes();
  };
  let adding = false;
  const flushCodes = async () => {
    if (adding || now.kind !== "sheet") return;
    adding = true;
    let good = false;
    try {
      for (let next; (next = codes()[0]) && !stopper()?.open;) {
        const body = new URLSearchParams(new FormData(sheetForm()));
        body.set("code", next.code);
        body.set("do", "add");
        const r = await post(sheetForm().getAttribute("action"), body, { "HX-Request": "true", "HX-Target": "main" });
        if (!r) { again = setTimeout(flush, 2000); break; }
        const fresh = new DOMParser().parseFromString(await r.text(), "text/html").getElementById("sheet");
        write(codeKey(), codes().slice(1));
        if (!fresh) { location.reload(); return; }
        good = !fresh.querySelector("[data-stop-now]");
        now.root.replaceWith(fresh);
        htmx.process(fresh);
        adding = false; // setup may flush what came meanwhile
        setup();
        if (good) { play("good"); flash($(".floor-line", fresh)); }
        adding = true;
      }
    } finally {
      adding = false;
      paint();
    }
  };
  const keepDraft = () => {
    if (now.kind !== "sheet" || !sheetForm()) return;
    const lines = [...new FormData(sheetForm())].filter(([k]) => k.startsWith("line_") || k === "to" || k === "reference");
    write(draftKey(), lines.some(([k]) => k === "line_sku") ? lines : null);
  };
  const openSheet = async () => {
    if (now.root.dataset.booked) { write(draftKey(), null); return; }
    const draft = read(draftKey());
    if ($(".floor-line", now.root) || !draft) { keepDraft(); return; }
    const body = new URLSearchParams(draft);
    body.set("do", "show");
    const r = await post(sheetForm().getAttribute("action"), body, { "HX-Request": "true", "HX-Target": "main" });
    if (!r) return;
    const fresh = new DOMParser().parseFromString(await r.text(), "text/html").getElementById("sheet");
    if (fresh?.querySelector(".floor-line") && page() === now.root) { now.root.replaceWith(fresh); htmx.process(fresh); setup(); }
  };

  // --- the scanner types: keys are gathered until Enter, wherever the focus is
  let buf = "", first = 0, last = 0, before = "";
  const textual = (el) => el?.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");
  const quick = (code) => code.length >= 4 && ((last - first) / (code.length - 1) < 60 || known(code)); // faster than hands, or a code that is asked for
  const known = (code) => now.lines?.some((l) => codeOf(l, strip(code)) !== undefined);
  addEventListener("keydown", (e) => {
    if (!page() || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const other = $("dialog[open]:not(#floor-stop)");
    if (other) return;
    const at = e.timeStamp, f = textual(e.target), stopped = stopper()?.open;
    if (e.key.length === 1) {
      if (e.key === " " && !buf) return; // presses the button that has the focus
      if (at - last > (f ? 700 : 1500)) buf = "";
      if (!buf) { first = at; before = f?.value ?? ""; }
      buf += e.key;
      last = at;
      if (stopped || !f) { e.preventDefault(); e.stopImmediatePropagation(); }
      return;
    }
    if (e.key !== "Enter" && e.key !== "Tab") return;
    const code = buf, fresh = code && at - last < (f ? 700 : 1500);
    buf = "";
    if (stopped) {
      if (fresh || at - stoppedAt < 700) { take(e); play("bad"); }
      return;
    }
    if (f?.closest("[data-parcel]") && e.key === "Enter" && !quick(code)) { take(e); return; } // a parcel is closed by its button
    if (!fresh || (e.key === "Tab" && !quick(code))) return;
    if (f) {
      if (f.matches("[data-scan-field]") || !quick(code)) return;
      if (f.matches("[data-takes-scan]")) { take(e); f.value = strip(code); play("good"); return; }
      f.value = before;
    }
    take(e);
    scan(code);
  }, true);

  // --- by hand: the field of the page, unless the form goes to another page
  doc.addEventListener("submit", (e) => {
    const form = e.target, root = page();
    if (!root) return;
    if (root !== now.root) setup();
    const box = $("[data-scan-field]", form);
    const adds = form.matches("[data-scan-form]") && now.kind !== "find" || form.matches("[data-sheet]") && box?.value && (e.submitter?.value ?? "add") === "add";
    if (adds) {
      e.preventDefault();
      e.stopImmediatePropagation();
      const code = box.value;
      box.value = "";
      scan(code);
      return;
    }
    if (form.matches("[data-sheet]") && box && (e.submitter?.value === "preview" || e.submitter?.value === "book")) box.value = "";
    for (const k of $$("[data-keeps]", form)) write("orderly.floor.keep." + k.dataset.keeps, k.value || null);
  }, true);
  doc.addEventListener("input", (e) => {
    if (e.target.matches?.("[data-into]")) keepParcel();
    if (e.target.closest?.("[data-sheet]")) keepDraft();
  });

  // --- the camera, where the browser can read codes. What it reads is a scan
  // like any other. A sheet is drawn anew with each scan, under the camera: it
  // goes on looking there, and nowhere else.
  let reads = false, eye = null;
  const showCamera = () => $$("[data-camera]").forEach((b) => { b.hidden = !reads; });
  (async () => {
    try {
      const d = window.BarcodeDetector;
      reads = !!(d && isSecureContext && navigator.mediaDevices) && (!d.getSupportedFormats || (await d.getSupportedFormats()).length > 0);
    } catch { /* it cannot */ }
    showCamera();
  })();
  const shut = () => {
    eye?.stream?.getTracks().forEach((t) => t.stop());
    eye = null;
    const d = doc.getElementById("floor-camera");
    if (d?.open) d.close();
  };
  const attach = () => {
    if (!eye?.stream) return;
    const d = doc.getElementById("floor-camera");
    if (!d || !page() || eye.path !== location.pathname || stopper()?.open) { shut(); return; }
    if (d.open) return;
    const video = $("video", d);
    video.srcObject = eye.stream;
    d.showModal();
    d.addEventListener("close", () => { if (d.isConnected) shut(); }, { once: true });
    video.play().catch(() => {});
  };
  const camera = async () => {
    if (eye || !reads) return;
    const mine = eye = { path: location.pathname, seen: "", when: 0 };
    try {
      mine.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      eye = null;
      window.orderly.toast(doc.getElementById("floor-camera")?.dataset.refused, "bad");
      return;
    }
    attach();
    const detector = new BarcodeDetector();
    const look = async () => {
      if (eye !== mine) return;
      try {
        const found = (await detector.detect($("#floor-camera video")))[0]?.rawValue;
        if (eye === mine && found && (found !== mine.seen || Date.now() - mine.when > 1500)) {
          mine.seen = found;
          mine.when = Date.now();
          if (now.kind !== "pick" && now.kind !== "sheet") shut();
          scan(found);
          if (stopper()?.open) shut();
        }
      } catch { /* the next picture may do */ }
      setTimeout(look, 180);
    };
    look();
  };

  doc.addEventListener("htmx:after:swap", setup);
  doc.addEventListener("htmx:after:settle", setup);
  addEventListener("pageshow", setup);
  if (doc.readyState !== "loading") setup(); else doc.addEventListener("DOMContentLoaded", setup);
})();
