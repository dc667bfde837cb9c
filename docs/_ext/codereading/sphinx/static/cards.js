// Cards beside names in the source: what stands at the other end of the link. Shown by
// pointing, by focus and by touch; it stays while one points at it, and Escape puts it away.
(() => {
  "use strict";
  const WAIT = 200;
  let card, shown, timer;

  function show(link) {
    const words = document.getElementById(link.getAttribute("aria-describedby"));
    if (!words) return;
    hide();
    card ??= make();
    const there = Object.assign(document.createElement("a"), { href: link.href, textContent: "Read it" });
    card.replaceChildren(...words.cloneNode(true).childNodes, " ", there);
    document.body.append(card);
    const at = link.getBoundingClientRect();
    const width = card.offsetWidth;
    const left = Math.min(Math.max(at.left, 8), document.documentElement.clientWidth - width - 8);
    // Below the name, or above it where there is no room; touching it, so that a pointer gets there.
    const below = at.bottom + card.offsetHeight < window.innerHeight;
    card.style.left = `${left + window.scrollX}px`;
    card.style.top = `${(below ? at.bottom : at.top - card.offsetHeight) + window.scrollY}px`;
    shown = link;
  }

  function make() {
    const node = Object.assign(document.createElement("div"), { className: "cr-card" });
    node.addEventListener("pointerenter", () => clearTimeout(timer));
    node.addEventListener("pointerleave", later);
    return node;
  }

  function hide() {
    clearTimeout(timer);
    card?.remove();
    shown = null;
  }
  function later() {
    clearTimeout(timer);
    timer = setTimeout(hide, WAIT);
  }

  const linkOf = (event) => event.target.closest?.("a.cr-ref");
  document.addEventListener("pointerover", (event) => {
    const link = linkOf(event);
    if (!link || event.pointerType === "touch") return;
    clearTimeout(timer);
    if (link !== shown) timer = setTimeout(() => show(link), WAIT);
  });
  document.addEventListener("pointerout", (event) => linkOf(event) && event.pointerType !== "touch" && later());
  document.addEventListener("focusin", (event) => {
    const link = linkOf(event);
    if (link?.matches(":focus-visible")) show(link);
    else if (shown && !card.contains(event.target)) hide();
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !shown) return;
      event.stopPropagation();
      hide();
    },
    true,
  );
  // A finger cannot point: its first touch shows the card, which has the link in it.
  document.addEventListener("click", (event) => {
    const link = linkOf(event);
    if (link && event.pointerType === "touch" && link !== shown) {
      event.preventDefault();
      show(link);
    } else if (shown && !card.contains(event.target)) hide();
  });
})();
