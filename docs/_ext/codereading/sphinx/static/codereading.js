// Comforts for pages that show source. Everything is there without this script; it adds
// keys, keeps the chosen view in every address, and copies code without notes.
(() => {
  "use strict";
  const root = document.documentElement;
  const CODE = "code.";
  const notes = [...document.querySelectorAll(".cr-note")];
  if (!notes.length) return;
  const segmentOf = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(".cr-segment");
  const inCode = (node) => (node?.nodeType === 1 ? node : node?.parentElement)?.closest(".cr-row");

  // -- the view, as the address says it ------------------------------------------------
  const hash = () => decodeURIComponent(location.hash.slice(1));
  const codeView = () => root.dataset.crView === "code";

  function show() {
    const name = hash();
    const code = name.startsWith(CODE);
    root.dataset.crView = code ? "code" : "notes";
    for (const link of document.querySelectorAll(".cr-view-notes, .cr-view-code")) {
      const active = link.classList.contains("cr-view-code") === code;
      if (active) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const place = document.getElementById(code ? name.slice(CODE.length) : name);
    for (const old of document.querySelectorAll(".cr-here")) old.classList.remove("cr-here");
    if (!place) return;
    // The address of an example: go to the first line that it runs.
    if (place.classList.contains("cr-lit")) {
      const go = () => document.getElementById(place.dataset.first)?.scrollIntoView({ block: "center" });
      // While the page loads, the browser goes to the address itself, and after us.
      if (document.readyState === "complete") go();
      else window.addEventListener("load", () => requestAnimationFrame(go), { once: true });
      return;
    }
    place.closest("details.cr-fold")?.setAttribute("open", "");
    if (place.classList.contains("cr-row")) {
      place.classList.add("cr-here");
      // Keys go on from here.
      place.querySelector(code ? ".cr-c" : ".cr-n").focus({ preventScroll: true });
    }
    if (code && place.classList.contains("cr-segment")) place.querySelector(".cr-mark input").checked = true;
    if (place.closest(".cr-subject")) {
      mark(segmentOf(place));
      place.scrollIntoView({ block: "start" });
    }
  }

  // A link inside the page keeps the view, unless it is the one that changes it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link && codeView() && !link.classList.contains("cr-view-notes")) {
      const name = decodeURIComponent(link.getAttribute("href").slice(1));
      if (name && !name.startsWith(CODE) && document.getElementById(CODE + name)) {
        event.preventDefault();
        location.hash = CODE + name;
      }
    }
    const segment = event.target.closest?.(".cr-segment");
    if (segment) mark(segment);
  });

  // -- the current note -----------------------------------------------------------------
  let current = null;
  function mark(segment) {
    if (!segment || segment === current) return;
    current?.classList.remove("cr-current");
    current = segment;
    current.classList.add("cr-current");
  }

  function go(step) {
    const all = notes.map(segmentOf);
    let index = all.indexOf(current);
    if (index < 0) {
      const below = all.findIndex((s) => s.getBoundingClientRect().top > 80);
      index = below < 0 ? all.length : step > 0 ? below - 1 : below;
    }
    const next = all[Math.min(Math.max(index + step, 0), all.length - 1)];
    if (codeView()) {
      if (current) current.querySelector(".cr-mark input").checked = false;
      next.querySelector(".cr-mark input").checked = true;
    }
    mark(next);
    next.scrollIntoView({ block: "start" });
    next.querySelector(".cr-note").focus({ preventScroll: true });
    history.replaceState(null, "", "#" + (codeView() ? CODE : "") + next.id);
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n") go(1);
    else if (event.key === "p") go(-1);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") rove(event);
  });

  // -- line numbers: one tab stop a segment, arrows from line to line ---------------------
  const numbersOf = (segment) =>
    [...segment.querySelectorAll(codeView() ? ".cr-c" : ".cr-n:not(.cr-c)")].filter((a) => a.offsetParent);
  for (const segment of document.querySelectorAll(".cr-segment")) {
    for (const kind of [".cr-n:not(.cr-c)", ".cr-c"]) {
      [...segment.querySelectorAll(kind)].forEach((a, i) => a.setAttribute("tabindex", i ? "-1" : "0"));
    }
  }
  function rove(event) {
    if (!event.target.classList?.contains("cr-n")) return;
    const numbers = numbersOf(segmentOf(event.target));
    const next = numbers[numbers.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    event.target.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  // -- copying ------------------------------------------------------------------------------
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (selection.isCollapsed || !inCode(selection.anchorNode)) delete root.dataset.crSelecting;
    else root.dataset.crSelecting = "code";
  });

  document.addEventListener("copy", (event) => {
    const selection = document.getSelection();
    if (selection.isCollapsed || !inCode(selection.anchorNode) || !event.clipboardData) return;
    // Some browsers make a range of each piece between what cannot be selected.
    const range = selection.getRangeAt(0).cloneRange();
    const last = selection.getRangeAt(selection.rangeCount - 1);
    range.setEnd(last.endContainer, last.endOffset);
    const lines = [...document.querySelectorAll(".cr-line")].filter(
      (line) => range.intersectsNode(line) && line.checkVisibility(),
    );
    const text = lines.map((line) => {
      const part = document.createRange();
      part.selectNodeContents(line);
      if (line.contains(range.startContainer)) part.setStart(range.startContainer, range.startOffset);
      if (line.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset);
      return part.toString();
    });
    event.clipboardData.setData("text/plain", text.join("\n"));
    event.preventDefault();
  });

  window.addEventListener("hashchange", show);
  show();
})();
