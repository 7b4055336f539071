// The form of a rule: fields that are offered under the condition, inserted by
// click or by arrow keys and Enter, and acts as rows that come and go.
"use strict";
(() => {
  const doc = document;
  const condition = () => doc.querySelector("[data-condition] textarea");
  const shown = () => [...doc.querySelectorAll("[data-field]")].filter((b) => !b.hidden);
  const before = (t) => /[a-z_][a-z_.]*$/i.exec(t.value.slice(0, t.selectionStart))?.[0] || "";

  // Only those that go on what is being typed are offered; all when none does.
  const narrow = (t) => {
    const word = before(t).toLowerCase();
    const all = [...doc.querySelectorAll("[data-field]")];
    const fit = all.filter((b) => b.dataset.field.startsWith(word) && b.dataset.field !== word);
    for (const b of all) b.hidden = word !== "" && fit.length > 0 && !fit.includes(b);
  };
  const insert = (button) => {
    const t = condition(), word = before(t);
    const from = button.dataset.field.startsWith(word.toLowerCase()) ? t.selectionStart - word.length : t.selectionStart;
    t.focus();
    t.setRangeText(button.dataset.insert, from, t.selectionEnd, "end");
    t.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const row = (act) => {
    const kind = act.querySelector("[name=kind]"), value = act.querySelector("[name=value]");
    value.placeholder = kind.selectedOptions[0]?.dataset.needs || "";
    act.querySelector("[name=hours]").hidden = kind.value !== "hold";
    if (["move", "message", "flow"].includes(kind.value)) value.setAttribute("list", "rule-" + kind.value);
    else value.removeAttribute("list");
  };
  const changed = (at) => at.closest("form")?.dispatchEvent(new Event("input", { bubbles: true }));

  doc.addEventListener("input", (e) => { if (e.target === condition()) narrow(e.target); });
  doc.addEventListener("change", (e) => { if (e.target.matches?.("[data-act] [name=kind]")) row(e.target.closest("[data-act]")); });
  doc.addEventListener("click", (e) => {
    const field = e.target.closest("[data-field]");
    if (field) insert(field);
    if (e.target.closest("[data-act-add]")) {
      const list = doc.querySelector("[data-acts]");
      list.append(doc.querySelector("[data-act-template]").content.cloneNode(true));
      list.lastElementChild.querySelector("select").focus();
    }
    const gone = e.target.closest("[data-act-remove]");
    if (gone) {
      const form = gone.closest("form");
      gone.closest("[data-act]").remove();
      changed(form);
    }
  });
  doc.addEventListener("keydown", (e) => {
    const t = condition();
    if (!t || e.ctrlKey || e.metaKey || e.altKey) return;
    const list = shown(), at = list.indexOf(e.target);
    if (e.target === t && e.key === "ArrowDown" && !t.value.slice(t.selectionEnd).includes("\n") && list.length) {
      e.preventDefault();
      list[0].focus();
    } else if (at >= 0) {
      const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1 }[e.key];
      if (to === undefined && e.key !== "Escape") return;
      e.preventDefault();
      (e.key === "Escape" || to < 0 ? t : list[Math.min(to, list.length - 1)]).focus();
    }
  });
})();
