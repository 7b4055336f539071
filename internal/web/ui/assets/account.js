// Passkeys: a form with data-passkey asks the server for a question, the
// browser for the answer, and is then sent like any form. Without passkeys in
// the browser it stays hidden. Fields with data-zone learn the browser's zone.
"use strict";
(() => {
  const doc = document;
  const bytes = (s) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (b) => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const able = () => window.PublicKeyCredential && navigator.credentials && window.isSecureContext;

  const question = (o) => {
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    for (const list of [o.excludeCredentials, o.allowCredentials]) for (const c of list || []) c.id = bytes(c.id);
    return { publicKey: o };
  };
  const answer = (c) => {
    const r = c.response, out = { id: c.id, rawId: text(c.rawId), type: c.type, clientExtensionResults: c.getClientExtensionResults(), response: { clientDataJSON: text(r.clientDataJSON) } };
    if (c.authenticatorAttachment) out.authenticatorAttachment = c.authenticatorAttachment;
    if (r.attestationObject) { out.response.attestationObject = text(r.attestationObject); out.response.transports = r.getTransports?.() || []; }
    else { out.response.authenticatorData = text(r.authenticatorData); out.response.signature = text(r.signature); if (r.userHandle) out.response.userHandle = text(r.userHandle); }
    return out;
  };

  const ready = () => {
    for (const z of doc.querySelectorAll("[data-zone]")) if (!z.value) z.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
    if (!able()) return;
    for (const f of doc.querySelectorAll("form[data-passkey]")) f.hidden = false;
    for (const p of doc.querySelectorAll("[data-passkey-none]")) p.hidden = true;
  };

  doc.addEventListener("submit", async (e) => {
    const f = e.target;
    if (!f.dataset.passkey || f.elements.answer.value) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    const said = f.querySelector("[data-passkey-fault]"), button = f.querySelector("button");
    said.hidden = true;
    button.disabled = true;
    try {
      const r = await fetch(f.dataset.ask, { method: "POST" });
      const q = await r.json();
      if (!r.ok) throw new Error(q.fault);
      const c = await navigator.credentials[f.dataset.passkey](question(q.options));
      f.elements.token.value = q.token;
      f.elements.answer.value = JSON.stringify(answer(c));
      HTMLFormElement.prototype.submit.call(f);
    } catch (err) {
      said.textContent = err instanceof DOMException || !err.message ? said.dataset.failed : err.message;
      said.hidden = false;
      button.disabled = false;
      delete f.dataset.sent;
    }
  }, true);

  ready();
  doc.addEventListener("htmx:after:swap", ready);
})();
