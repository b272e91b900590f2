"use strict";
// Comfort only: every page works without this file. Keys, selection, focus after a swap, copy, idle warning.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const inField = (element) => element.closest("input, select, textarea, [contenteditable]");
  const shortcuts = () => document.documentElement.dataset.shortcuts !== "off";

  // A key that leads away works once: what is pressed before the next page stands there would meet the old one.
  let leaving = false;
  addEventListener("pageshow", () => { leaving = false; });
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented && !event.target.hasAttribute("hx-get")) leaving = true; });

  // Keys: "/" to the search, "j" and "k" through the rows of a list, "x" ticks the row, "u" takes the last step back, "?" shows the keys.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = event.target.closest("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target) || !shortcuts()) return;
    const keyed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (keyed) {
      event.preventDefault();
      if (keyed.matches("input, select, textarea")) keyed.focus();
      else if (!leaving && !event.repeat) { leaving = keyed.matches("a[href]:not([download])"); keyed.click(); }
    } else if (event.key === "j" || event.key === "k") {
      const links = all("[data-row] [data-open]");
      const now = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
      const next = links[event.key === "j" ? now + 1 : Math.max(0, now - 1)];
      if (next) { event.preventDefault(); next.focus(); }
    } else if (event.key === "x") {
      document.activeElement?.closest("[data-row]")?.querySelector("input.pick")?.click();
    }
  });

  // A button that needs a field filled leads there first; Ctrl and Enter in the field then press it.
  // What stands there from another answer (data-stale) is no filling: it is marked, and typing replaces it.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-needs]");
    const field = button && document.getElementById(button.dataset.needs);
    const stale = button && "stale" in button.dataset && field.value.trim() === field.defaultValue.trim();
    if (!field || (field.value.trim() && !stale)) return;
    event.preventDefault();
    field.focus();
    if (stale) field.select();
    field.onkeydown = (press) => { if (press.key === "Enter" && press.ctrlKey) { press.preventDefault(); button.click(); } };
    announce(button.dataset.said);
  });

  // A menu closes when the user goes elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // A list that is longer than the screen and reached by key is shown from its head, not from its middle.
  document.addEventListener("focusin", (event) => {
    const list = event.target;
    if (list.matches(".table:focus-visible") && list.offsetHeight > innerHeight) list.scrollIntoView({ block: "start" });
  });

  // Selection: all on the page, and how many.
  const picks = (form) => all(`input.pick[form="${CSS.escape(form)}"]`);
  const count = (form) => {
    const chosen = picks(form).filter((box) => box.checked).length;
    for (const output of all(`[data-count-of="${CSS.escape(form)}"]`)) { output.hidden = false; output.textContent = `(${chosen})`; }
    for (const box of all(`[data-select-all="${CSS.escape(form)}"]`)) {
      box.checked = chosen > 0 && chosen === picks(form).length;
      box.indeterminate = chosen > 0 && !box.checked;
    }
  };
  document.addEventListener("change", (event) => {
    const form = event.target.dataset.selectAll;
    if (form) for (const box of picks(form)) box.checked = event.target.checked;
    if (form || event.target.matches("input.pick")) count(form || event.target.getAttribute("form"));
  });

  // Copy to the clipboard, said aloud.
  const announce = (text) => { const place = document.getElementById("announce"); if (place) place.textContent = text; };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) navigator.clipboard.writeText(button.dataset.copy).then(() => announce(button.textContent));
  });

  // What only works with script is shown only with script.
  const prepare = (root) => {
    for (const box of all("[data-select-all]", root)) { box.hidden = false; count(box.dataset.selectAll); }
    for (const button of all("[data-copy]", root)) button.hidden = !navigator.clipboard;
  };

  // After a swap: focus to the errors, else to what has the old id, else to the row that took the place.
  let before = null;
  document.addEventListener("htmx:before:swap", () => {
    const active = document.activeElement;
    const row = active?.closest("[data-row]");
    before = active && active !== document.body && { id: active.id, row: row?.rowIndex, table: row?.closest("table")?.id };
  });
  document.addEventListener("htmx:after:swap", () => {
    prepare(document);
    const said = document.querySelector("main [data-announce]");
    if (said) announce(said.textContent.trim());
    const errors = document.querySelector("#messages [role=alert], [data-focus]");
    if (errors) return errors.focus();
    if (!before || document.activeElement !== document.body) return;
    const rows = before.table ? all(`#${CSS.escape(before.table)} [data-row]`) : [];
    const target = (before.id && document.getElementById(before.id)) ||
      rows[Math.min((before.row || 1) - 1, rows.length - 1)]?.querySelector("a, button, input") || document.getElementById("title");
    target?.focus();
  });
  document.addEventListener("submit", (event) => {
    const change = event.target.querySelector(":scope > .filter__field");
    if (change && !event.target.hasAttribute("hx-get")) for (const field of all("input, select", event.target)) if (!field.value) field.disabled = true;
  });

  // A stream that is silent for 30 seconds is said to be cut.
  const silent = new Map();
  const alive = (event) => {
    const id = event.target.id;
    const note = document.querySelector(`[data-lost-for="${CSS.escape(id)}"]`);
    if (!note) return;
    note.hidden = true;
    clearTimeout(silent.get(id));
    if (event.type !== "htmx:sse:close") silent.set(id, setTimeout(() => { note.hidden = false; }, 30000));
  };
  for (const name of ["htmx:sse:after:connection", "htmx:sse:after:message", "htmx:sse:close"]) document.addEventListener(name, alive);

  // Two minutes before the idle end; the server says how long in data-idle (seconds).
  const idle = document.getElementById("idle");
  const seconds = Number(document.body.dataset.idle || 0);
  if (idle && seconds > 120) {
    let timer;
    const start = () => { clearTimeout(timer); idle.hidden = true; timer = setTimeout(() => { idle.hidden = false; idle.querySelector("button").focus(); }, (seconds - 120) * 1000); };
    idle.querySelector("[data-stay]").addEventListener("click", () => { fetch("/account", { method: "HEAD" }).then(start); });
    document.addEventListener("htmx:after:request", start);
    start();
  }
  prepare(document);
  document.querySelector("[data-focus]")?.focus();
})();
