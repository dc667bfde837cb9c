// Plays a recorded trace over the source on this page. The list of steps is the trace's only
// copy: everything here is read from it, and without this script the list is what there is.
(() => {
  "use strict";
  const root = document.documentElement;
  const ADDRESS = /^(trace\.[a-z0-9-]+)\.(\d+)$/;
  const make = (tag, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };

  // -- a trace, as its list tells it ---------------------------------------------------------
  function read(block) {
    const items = [...block.querySelectorAll(".cr-steps > ol > li")];
    return items.map((item) => ({
      item,
      depth: Number(item.dataset.d),
      kind: item.className.slice(2),
      at: item.dataset.at,
    }));
  }

  const text = (item, selector) => item.querySelector(selector)?.textContent ?? "";
  const linkOf = (item) => item.querySelector(":scope > a:not(.cr-step-n)");
  // A link, or the words between the step's number and its code.
  const where = (item) => (linkOf(item) ?? item.childNodes[1])?.textContent.trim() ?? "";
  const changes = (item) =>
    [...item.querySelectorAll(":scope > span > var")].map((v) => [v.textContent, v.nextElementSibling.textContent]);

  // The stack at a step, each call with all of its names: told by the steps before it.
  function stackAt(steps, index) {
    const stack = [];
    for (let i = 0; i <= index; i++) {
      const { item, depth, kind } = steps[i];
      const begins = kind === "call" || kind === "through" || kind === "resume" || depth >= stack.length;
      stack.length = Math.min(stack.length, begins ? depth : depth + 1);
      if (begins) stack[depth] = { names: new Map() };
      const top = stack[depth];
      top.label = where(item).replace(/, line \d+$/, "");
      top.fresh = new Set();
      for (const [name, value] of changes(item)) {
        top.names.set(name, value);
        top.fresh.add(name);
      }
    }
    return stack;
  }

  // -- the panel -----------------------------------------------------------------------------
  const WIDE = "(min-width: 60rem)";
  const button = (label, key, action, symbol) => {
    const node = make("button", { type: "button", className: "cr-key" }, make("span", { ariaHidden: "true" }, `${symbol} `), label);
    node.setAttribute("aria-keyshortcuts", key);
    node.title = `Key: ${key.replace("Arrow", "")}`;
    node.addEventListener("click", action);
    return node;
  };
  let panel, slider, count, stackList, state, names, said, keys;
  function build() {
    slider = make("input", { type: "range", min: 1, className: "cr-slider" });
    slider.setAttribute("aria-label", "Step");
    slider.addEventListener("input", () => go(Number(slider.value) - 1));
    count = make("span", { className: "cr-count" });
    stackList = make("ol", { className: "cr-stack" });
    stackList.setAttribute("aria-label", "Calls, the outermost first");
    state = make("p", { className: "cr-where" });
    names = make("dl", { className: "cr-names" });
    const all = make("details", { open: matchMedia(WIDE).matches }, make("summary", {}, "All names here"), names);
    all.addEventListener("toggle", () => block && go(index));
    said = make("p", { className: "cr-said" });
    said.setAttribute("aria-live", "polite");
    keys = {
      back: button("back", "ArrowLeft", () => go(index - 1), "←"),
      step: button("step", "ArrowRight", () => go(index + 1), "→"),
      over: button("over", "o", over, "↷"),
      out: button("out", "u", out, "↑"),
    };
    const end = button("close", "Escape", close, "✕");
    const bar = make("div", { className: "cr-keys" }, ...Object.values(keys), count, end);
    panel = make("section", { className: "cr-player", hidden: true }, bar, slider, stackList, state, all, said);
    panel.setAttribute("aria-label", "Step by step");
    document.body.append(panel);
  }

  // -- going from step to step -----------------------------------------------------------------
  let block = null;
  let steps = [];
  let index = 0;

  function open(name, at) {
    const found = document.getElementById(name);
    if (!found?.classList.contains("cr-trace")) return;
    if (found !== block) {
      leave();
      block = found;
      steps = read(block);
      slider.max = steps.length;
      for (const row of rows()) row.classList.add("cr-traced");
    }
    panel.hidden = false;
    root.dataset.crPlaying = "";
    go(at);
  }

  const rows = () => steps.map(({ at }) => at && document.getElementById(at)).filter(Boolean);

  function leave() {
    for (const name of ["cr-traced", "cr-now"])
      for (const node of document.querySelectorAll(`.${name}`)) node.classList.remove(name);
    for (const node of document.querySelectorAll(".cr-values")) node.remove();
  }

  function close() {
    const name = block?.id;
    leave();
    block = null;
    panel.hidden = true;
    delete root.dataset.crPlaying;
    root.style.scrollPaddingBottom = "";
    if (!name) return;
    history.replaceState(null, "", `#${name}`);
    const opener = document.getElementById(name).querySelector(".cr-play");
    opener.focus({ preventScroll: true });
    opener.scrollIntoView({ block: "center" });
  }

  // To the next step that is not inside what this one calls; to the one after this call.
  function over() {
    const { depth } = steps[index];
    const next = steps.findIndex((step, i) => i > index && step.depth <= depth);
    go(next < 0 ? steps.length - 1 : next);
  }
  function out() {
    const { depth } = steps[index];
    const next = steps.findIndex((step, i) => i > index && step.depth < depth);
    go(next < 0 ? steps.length - 1 : next);
  }

  function go(to) {
    index = Math.min(Math.max(to, 0), steps.length - 1);
    const { item, at } = steps[index];
    const stack = stackAt(steps, index);
    const top = stack[stack.length - 1];
    slider.value = index + 1;
    count.textContent = `${index + 1} of ${steps.length}`;
    stackList.replaceChildren(...stack.map(({ label }) => make("li", {}, label)));
    tell(item, top, Boolean(at));
    // Last: how much of the page there is to be seen depends on what the panel says.
    show(at && document.getElementById(at), top, text(item, ".cr-says"));
    said.textContent = `Step ${index + 1} of ${steps.length}: ${where(item)} ${text(item, ".cr-says")}`;
    // One that has the focus keeps it, so these are not disabled.
    keys.back.setAttribute("aria-disabled", index === 0);
    for (const key of ["step", "over", "out"]) keys[key].setAttribute("aria-disabled", index === steps.length - 1);
    history.replaceState(null, "", `#${block.id}.${index + 1}`);
  }

  // The line on the page, and beside it what has changed.
  function show(row, top, says) {
    for (const node of document.querySelectorAll(".cr-now")) node.classList.remove("cr-now");
    for (const node of document.querySelectorAll(".cr-values")) node.remove();
    if (!row) return;
    row.closest("details.cr-fold")?.setAttribute("open", "");
    row.classList.add("cr-now");
    row.closest(".cr-segment")?.classList.add("cr-now");
    const fresh = [...top.fresh].map((name) => `${name} = ${top.names.get(name)}`);
    const lines = [...fresh, ...(says ? [says] : [])];
    if (lines.length) row.append(make("div", { className: "cr-values" }, ...lines.map((line) => make("div", {}, line))));
    root.style.scrollPaddingBottom = `${panel.offsetHeight}px`;
    row.scrollIntoView({ block: "center" });
  }

  // What the panel says: where, if that is not on this page, and all names of the call.
  function tell(item, top, here) {
    const link = linkOf(item);
    state.replaceChildren(link ? link.cloneNode(true) : where(item));
    const code = text(item, ":scope > code");
    if (code) state.append(" ", make("code", {}, code));
    const says = text(item, ".cr-says");
    if (says) state.append(" ", make("strong", {}, says));
    if (!here && link) state.append(" (on another page)");
    const pairs = [...top.names].map(([name, value]) =>
      make("div", { className: top.fresh.has(name) ? "cr-fresh" : "" }, make("dt", {}, name), make("dd", {}, value)),
    );
    names.replaceChildren(...pairs);
    names.parentElement.hidden = !pairs.length;
  }

  // -- keys, line numbers, addresses -------------------------------------------------------------
  const KEYS = {
    ArrowRight: () => go(index + 1),
    ArrowLeft: () => go(index - 1),
    Home: () => go(0),
    End: () => go(steps.length - 1),
    o: over,
    u: out,
    Escape: close,
  };
  document.addEventListener("keydown", (event) => {
    if (!block || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest?.("input:not([type=checkbox], [type=range]), textarea, select, dialog, [popover]");
    if (typing || !(event.key in KEYS)) return;
    // The slider has its own idea of the arrows; it is the same.
    if (event.target === slider && event.key.match(/^(Arrow|Home|End)/)) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  // A line's number, while a trace plays: to the next step on that line.
  document.addEventListener(
    "click",
    (event) => {
      const row = event.target.closest?.(".cr-traced");
      if (!block || !row || !event.target.closest(".cr-n")) return;
      const here = steps.map(({ at }, i) => (at === row.id ? i : -1)).filter((i) => i >= 0);
      event.preventDefault();
      event.stopPropagation();
      go(here.find((i) => i > index) ?? here[0]);
    },
    true,
  );

  function follow() {
    const match = ADDRESS.exec(decodeURIComponent(location.hash.slice(1)));
    if (match) open(match[1], Number(match[2]) - 1);
  }

  build();
  for (const trace of document.querySelectorAll(".cr-trace")) {
    const opener = make("button", { type: "button", className: "cr-play" }, "Step through");
    opener.addEventListener("click", () => open(trace.id, 0));
    trace.querySelector(".cr-trace-title").append(" ", opener);
  }
  window.addEventListener("hashchange", follow);
  if (document.readyState === "complete") follow();
  else window.addEventListener("load", () => requestAnimationFrame(follow), { once: true });
})();
