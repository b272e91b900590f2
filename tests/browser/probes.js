// Questions to a page that axe does not ask. Evaluated in the page; each function returns sentences, empty when all is well.
(() => {
  const seen = new Map();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (text) => {
    if (!seen.has(text)) {
      pen.clearRect(0, 0, 1, 1); pen.fillStyle = "rgba(0,0,0,0)"; pen.fillStyle = text; pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      seen.set(text, [r, g, b, a / 255]);
    }
    return seen.get(text);
  };
  const over = (front, back) => {
    const a = front[3] + back[3] * (1 - front[3]);
    return a === 0 ? [0, 0, 0, 0] : [...[0, 1, 2].map((i) => (front[i] * front[3] + back[i] * back[3] * (1 - front[3])) / a), a];
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => { const c = part / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, two) => { const [a, b] = [light(one), light(two)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
  const ground = (element) => {
    let colour = [0, 0, 0, 0];
    for (let at = element; at && colour[3] < 1; at = at.parentElement) colour = over(colour, rgba(getComputedStyle(at).backgroundColor));
    const canvasColour = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
    return over(colour, canvasColour);
  };
  const shown = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && !element.closest(".spoken, .skip, [hidden]");
  };
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex='0']";
  const name = (element) => {
    const id = element.id ? `#${element.id}` : element.getAttribute("class") ? `.${element.getAttribute("class").split(" ")[0]}` : "";
    return `${element.tagName.toLowerCase()}${id} „${(element.textContent || element.value || "").trim().replace(/\s+/g, " ").slice(0, 40)}“`;
  };
  const round = (number) => Math.round(number * 100) / 100;

  const contrast = () => {
    const problems = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const checked = new Set();
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || checked.has(element) || !shown(element)) continue;
      checked.add(element);
      if (element.closest("script, style, :disabled, [aria-disabled=true], option, progress")) continue;
      const style = getComputedStyle(element);
      let back, colour;
      if (element.closest("svg")) {
        const box = element.getBoundingClientRect();
        element.scrollIntoView({ block: "center" });
        const at = element.getBoundingClientRect();
        const stack = document.elementsFromPoint(at.x + at.width / 2, at.y + at.height / 2).filter((one) => !one.matches("text, tspan, a, g, svg"));
        const shape = stack.find((one) => one.closest("svg") && getComputedStyle(one).fill !== "none");
        const behind = ground(element.closest("svg"));
        back = shape ? over(rgba(getComputedStyle(shape).fill), behind) : behind;
        colour = over(rgba(style.fill), back);
        if (box.width < 1) continue;
      } else {
        back = ground(element);
        colour = over(rgba(style.color), back);
      }
      const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const value = ratio(colour, back);
      if (value < (large ? 3 : 4.5)) problems.push(`Kontrast ${round(value)} : 1 bei ${name(element)}`);
    }
    for (const field of all("input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea")) {
      if (field.disabled) continue;
      const style = getComputedStyle(field), behind = ground(field.parentElement);
      const edge = parseFloat(style.borderBottomWidth) > 0 ? ratio(over(rgba(style.borderBottomColor), behind), behind) : 1;
      const fill = ratio(ground(field), behind);
      const box = field.closest("[data-field], .find");
      const outer = box ? ratio(ground(box), ground(box.parentElement)) : 1;
      if (Math.max(edge, fill, outer) < 3 && !field.closest(".find")) problems.push(`Rand ${round(Math.max(edge, fill))} : 1 bei ${name(field)}`);
    }
    return problems;
  };

  // On a desk's screen nobody has to push a list sideways to reach its buttons.
  const lists = () => document.documentElement.clientWidth < 1200 ? [] : all(".table")
    .filter((one) => one.scrollWidth > one.clientWidth + 1)
    .map((one) => `Liste ${one.scrollWidth} px breit in ${one.clientWidth} px: ${name(one)}`);

  // What a cell holds stays in it; content that is pushed to the left makes nothing scroll.
  const cells = () => all("td, th").flatMap((cell) => {
    const room = cell.getBoundingClientRect();
    const out = [...cell.querySelectorAll("*")].find((one) => {
      const box = one.getBoundingClientRect();
      return shown(one) && !one.closest(".spoken, svg") && box.width > 1 && (box.left < room.left - 2 || box.right > room.right + 2);
    });
    return out ? [`Ragt aus der Zelle: ${name(out)}`] : [];
  });

  const sideways = () => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width + 1) return [];
    const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1 && !one.closest(".table, .spoken, pre") && shown(one));
    return [`Seite ${document.documentElement.scrollWidth} px breit bei ${width} px: ${wide.slice(0, 4).map(name).join(" · ")}`];
  };

  const clipped = () => all("body *").filter((one) => {
    const style = getComputedStyle(one);
    if (one.matches("progress, svg, svg *, input, select, textarea, option, .menu__body") || one.closest("svg, progress")) return false;
    const cut = (axis) => ["hidden", "clip"].includes(style[`overflow${axis}`]);
    return (cut("X") && one.scrollWidth > one.clientWidth + 2) || (cut("Y") && one.scrollHeight > one.clientHeight + 2);
  }).map((one) => `Abgeschnitten: ${name(one)}`);

  const overlap = () => {
    const controls = all(CONTROLS).filter((one) => !one.matches("[tabindex='0'], .table"));
    const boxes = controls.map((one) => ({ one, box: one.getBoundingClientRect(), fixed: one.closest(".top, .idle") }));
    const problems = [];
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < Math.min(boxes.length, i + 40); j++) {
      const [a, b] = [boxes[i], boxes[j]];
      if (a.one.contains(b.one) || b.one.contains(a.one) || Boolean(a.fixed) !== Boolean(b.fixed)) continue;
      const x = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const y = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (x > 2 && y > 2) problems.push(`Übereinander: ${name(a.one)} und ${name(b.one)}`);
    }
    return problems;
  };

  // A link inside a sentence is exempt (WCAG 2.5.8, inline).
  const inline = (element) => element.tagName === "A" && getComputedStyle(element).display === "inline" &&
    [...element.parentElement.childNodes].some((node) => node !== element && node.textContent.trim());
  const targets = () => all(CONTROLS).filter((one) => !one.matches("[tabindex='0']:not(a, button)")).flatMap((one) => {
    const box = one.getBoundingClientRect();
    return (box.width >= 24 && box.height >= 24) || inline(one) || one.closest("svg") ? [] : [`Ziel ${round(box.width)} × ${round(box.height)} px: ${name(one)}`];
  });

  const effect = (element) => {
    if (element.matches("a")) return element.href;
    const form = element.form;
    if (!form) return `#${element.id || [...document.querySelectorAll("*")].indexOf(element)}`;
    const hidden = [...form.elements].filter((one) => one.type === "hidden" && one.name !== "_csrf_token").map((one) => `${one.name}=${one.value}`);
    return [element.formAction, element.name, element.value, ...hidden].join("|");
  };
  const names = () => {
    axe.setup();
    const problems = [], known = new Map();
    for (const one of all(CONTROLS)) {
      const text = axe.commons.text.accessibleText(one).trim().replace(/\s+/g, " ");
      const role = axe.commons.aria.getRole(one) || one.tagName.toLowerCase();
      if (!text) problems.push(`Ohne Namen: ${name(one)} ${one.outerHTML.slice(0, 80)}`);
      if (!["link", "button"].includes(role)) continue;
      const key = `${role} „${text}“`, does = effect(one);
      if (known.has(key) && known.get(key) !== does) problems.push(`Gleicher Name, andere Wirkung: ${key} (${known.get(key)} / ${does})`);
      known.set(key, does);
    }
    axe.teardown();
    if (document.querySelectorAll("h1").length !== 1) problems.push(`Überschriften erster Ordnung: ${document.querySelectorAll("h1").length}`);
    if (document.querySelector("[tabindex]:not([tabindex='0'], [tabindex='-1'])")) problems.push("Eigene Reihenfolge durch tabindex");
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    if (twice.length) problems.push(`Kennung doppelt: ${twice.slice(0, 3).join(", ")}`);
    return problems;
  };

  // Asked after each Tab key: can the person see where they are?
  const focus = () => {
    const one = document.activeElement;
    if (!one || one === document.body) return { end: true };
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    const problems = [];
    if (!(parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none")) problems.push(`Fokus unsichtbar: ${name(one)}`);
    else {
      const behind = ground(one.parentElement);
      const value = ratio(over(rgba(style.outlineColor), behind), behind);
      if (value < 3) problems.push(`Fokusring ${round(value)} : 1 bei ${name(one)}`);
    }
    const middle = document.elementFromPoint(Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1), Math.min(Math.max(box.y + Math.min(box.height, 40) / 2, 0), innerHeight - 1));
    if (middle && !one.contains(middle) && !middle.contains(one) && middle.closest("header.top, .idle") && !one.closest("header.top")) problems.push(`Fokus verdeckt: ${name(one)}`);
    if (box.bottom < 0 || box.top > innerHeight) problems.push(`Fokus außerhalb des Bildes: ${name(one)}`);
    return { end: false, problems };
  };

  const restyle = (css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const before = [...document.adoptedStyleSheets];
    document.adoptedStyleSheets = [...before, sheet];
    return () => { document.adoptedStyleSheets = before; };
  };
  const under = (css) => {
    const back = restyle(css);
    document.body.getBoundingClientRect();
    const found = [...sideways(), ...clipped(), ...overlap()];
    back();
    return found;
  };
  const spacing = () => under("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }");
  const doubled = () => under("html { font-size: 200% !important; }");

  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  window.gate = { painted, contrast, sideways, lists, cells, clipped, overlap, targets, names, focus, spacing, doubled };
})();
