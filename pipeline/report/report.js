"use strict";
(() => {
  const STEP = 50; // cards put in at a time
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const root = document.documentElement;
  root.classList.add("js");

  const make = (html, parent) => {
    const template = document.createElement(parent === "tbody" ? "tbody" : "div");
    template.innerHTML = html; // made and escaped by prikaz, never by a source
    return template.firstElementChild;
  };

  // ---------------------------------------------------------------- tabs
  const panels = [...document.querySelectorAll(".panel")];
  const tabs = [...document.querySelectorAll(".tabs a")];
  const open = (name) => {
    panels.forEach((panel) => { panel.hidden = panel.id !== name; });
    tabs.forEach((tab) => tab.hash === "#" + name ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current"));
  };

  // ------------------------------------------------------------ corrections
  const body = $("rows");
  let nextRow = 0;
  const moreRows = () => {
    const rows = data.rows.slice(nextRow, nextRow += 4 * STEP);
    if (rows.length) body.append(...rows.map((html) => make(html, "tbody")));
    $("more-rows").hidden = nextRow >= data.rows.length;
  };
  if (body && data.rows.length) { $("more-rows").hidden = false; $("more-rows").onclick = moreRows; }

  // --------------------------------------------------------------- findings
  const cards = $("cards");
  const inPage = cards ? [...cards.children] : [];
  const items = data.index.map(([id, position, severity, code, status, sources], i) =>
    ({ id, position, severity, code, status, sources, rank: i, el: inPage[i] || null, html: data.cards[i - inPage.length] }));
  const byId = new Map(items.map((item) => [item.id, item]));
  // on a narrow screen a table is moved so that its marked cell can be seen
  const reveal = window.IntersectionObserver && new IntersectionObserver((seen) => seen.forEach(({ isIntersecting, target }) => {
    if (!isIntersecting) return;
    reveal.unobserve(target);
    const mark = target.querySelector("mark");
    const beyond = mark && mark.getBoundingClientRect().right + 16 - target.getBoundingClientRect().right;
    if (beyond > 0) target.scrollLeft = beyond;
  }));
  const element = (item) => {
    item.el ||= make(item.html);
    if (reveal && !item.seen) item.el.querySelectorAll(".sheet.scroll").forEach((sheet) => reveal.observe(sheet));
    item.seen = true;
    return item.el;
  };
  const text = (item) => item.text || (item.text = fold(item.el ? item.el.textContent : item.html.replace(/<[^>]*>/g, "")
    .replace(/&#39;/g, "'").replace(/&#34;/g, '"').replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&")));
  const fold = (s) => s.toLowerCase().replace(/ё/g, "е").replace(/\s+/g, " ");

  // what is decided is hidden at first, unless everything is
  const usual = items.some((item) => item.status === "open") && items.some((item) => item.status !== "open") ? "open" : "";
  const state = { severities: new Set(), code: "", source: "", status: usual, words: [] };
  let chosen = items, first = 0, end = 0; // cards[first, end) of the chosen ones stand in the page

  const matches = (item) =>
    (!state.severities.size || state.severities.has(item.severity)) && (!state.code || item.code === state.code) &&
    (!state.status || item.status === state.status) && (!state.source || item.sources.includes(+state.source)) &&
    state.words.every((word) => text(item).includes(word));

  const buttons = () => {
    $("more").hidden = end >= chosen.length;
    $("earlier").hidden = first === 0;
    highlight();
  };
  const more = () => {
    cards.append(...chosen.slice(end, end + STEP).map(element));
    end = Math.min(end + STEP, chosen.length);
    buttons();
  };
  const earlier = () => {
    const from = Math.max(0, first - STEP);
    cards.prepend(...chosen.slice(from, first).map(element));
    first = from;
    buttons();
  };
  const show = (from = 0) => {
    chosen = items.filter(matches);
    if ($("sort").value === "document") chosen.sort((a, b) => a.position - b.position);
    cards.replaceChildren();
    first = end = from;
    more();
    const changed = state.severities.size || state.words.length || state.code || state.source || state.status !== usual;
    $("shown").textContent = data.texts.shown.replace("{shown}", chosen.length).replace("{total}", items.length);
    $("reset").hidden = !changed && $("sort").value === "severity";
    $("none").hidden = chosen.length > 0;
    document.querySelectorAll(".chip").forEach((chip) => chip.setAttribute("aria-pressed", state.severities.has(chip.dataset.severity)));
  };
  const highlight = () => {
    if (!window.Highlight || !CSS.highlights) return;
    CSS.highlights.delete("hit");
    if (!state.words.length) return;
    const ranges = [];
    const walker = document.createTreeWalker(cards, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());) {
      const content = node.data.toLowerCase().replace(/ё/g, "е");
      for (const word of state.words)
        for (let at = content.indexOf(word); at >= 0; at = content.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(node, at); range.setEnd(node, at + word.length);
          ranges.push(range);
        }
    }
    CSS.highlights.set("hit", new Highlight(...ranges));
  };
  const reset = () => {
    state.severities.clear(); state.words = [];
    for (const id of ["q", "code", "source", "status"]) { $(id).value = ""; if (id in state) state[id] = ""; }
    $("sort").value = "severity";
    state.status = $("status").value = usual;
  };
  const goTo = (item) => {
    open("findings");
    if (!matches(item)) { reset(); if (!matches(item)) state.status = $("status").value = ""; show(); }
    if (!chosen.includes(item)) show();
    const at = chosen.indexOf(item);
    if (at < first || at >= end + STEP) show(at);
    while (at >= end) more();
    const bring = () => item.el.scrollIntoView({ block: "start", behavior: "instant" });
    item.el.focus({ preventScroll: true });
    bring();
    requestAnimationFrame(bring); // the cards above have their real heights now
  };
  const follow = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    if (panels.some((panel) => panel.id === name)) open(name);
    else if (byId.has(name)) goTo(byId.get(name));
    else if (name.startsWith("code-") && $(name)) { open("kinds"); $(name).scrollIntoView(); }
    else if ($(name)) open("corrections");
  };

  if (cards) {
    document.querySelector(".toolbar").hidden = false;
    document.querySelector(".keys").hidden = false;
    document.querySelector(".toolbar").onsubmit = (event) => event.preventDefault();
    let timer;
    $("q").oninput = () => {
      clearTimeout(timer);
      timer = setTimeout(() => { state.words = fold($("q").value).split(" ").filter(Boolean); show(); }, 120);
    };
    for (const id of ["code", "source", "status"]) $(id).onchange = () => { state[id] = $(id).value; show(); };
    $("sort").onchange = () => show();
    $("reset").onclick = (event) => { event.preventDefault(); reset(); show(); $("q").focus(); };
    document.querySelectorAll(".chip").forEach((chip) => {
      chip.onclick = () => { const s = chip.dataset.severity; state.severities.delete(s) || state.severities.add(s); show(); };
    });
    const only = (link, change) => {
      link.onclick = (event) => {
        event.preventDefault();
        reset(); change(); open("findings"); show();
        $("findings").focus({ preventScroll: true });
        document.querySelector(".tabs").scrollIntoView({ block: "start" });
      };
    };
    document.querySelectorAll(".tile").forEach((tile) => only(tile, () => state.severities.add(tile.dataset.severity)));
    document.querySelectorAll(".kinds a").forEach((link) => only(link, () => {
      state.severities.add(link.dataset.of); state.code = $("code").value = link.dataset.code;
    }));
    $("more").onclick = more;
    $("earlier").onclick = earlier;
    if (window.IntersectionObserver)
      new IntersectionObserver((seen) => { if (seen[0].isIntersecting && !$("more").hidden) more(); }, { rootMargin: "1200px" }).observe($("more"));
    document.onkeydown = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
      if (event.key === "/") { event.preventDefault(); open("findings"); $("q").focus(); }
      if (event.key === "j" || event.key === "k") {
        const here = document.activeElement.closest(".card");
        const at = here ? chosen.findIndex((item) => item.id === here.id) + (event.key === "j" ? 1 : -1) : 0;
        if (chosen[at] && !$("findings").hidden) goTo(chosen[at]);
      }
    };
    window.onbeforeprint = () => { while (first > 0) earlier(); while (end < chosen.length) more(); while (nextRow < data.rows.length) moreRows(); };
    reset(); // also what the browser remembers of the last visit
    show();
  }
  open("findings");
  window.onhashchange = follow;
  follow();
})();
