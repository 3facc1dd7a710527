"use strict";
(() => {
  const ROW = 68; // pixels, as --row in review.css
  const SEVERITIES = ["error", "warning", "info"];
  const $ = (id) => document.getElementById(id);
  const texts = JSON.parse($("texts").textContent);
  const lang = document.documentElement.lang;
  const fill = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const fold = (s) => s.toLowerCase().replace(/ё/g, "е").replace(/\s+/g, " ");
  const make = (tag, about = {}, ...content) => {
    const element = Object.assign(document.createElement(tag), about);
    element.append(...content);
    return element;
  };

  // ------------------------------------------------------------------------------------------ the program
  const ask = async (path, about, body) => {
    const query = new URLSearchParams({ lang, ...about });
    const options = body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {};
    let answer;
    try {
      answer = await fetch(path + "?" + query, { ...options, credentials: "omit", cache: "no-store" });
    } catch (error) {
      away(true);
      throw error;
    }
    away(false);
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(told.problem || String(answer.status));
    return told;
  };
  let ended = false, isAway = false;
  const away = (now) => { if (isAway !== now && !ended) { isAway = now; banner(); } };

  // ------------------------------------------------------------------------------------------- what there is
  let items = [], byId = new Map(), codes = [], sources = [];
  let version = 0, stamp = 0, unbuilt = 0, canUndo = 0, lost = 0, trouble = "", failed = "", failures = [], building = false, progress = "";
  const decisions = new Map(); // id → [accept or reject, value, who, when, why]
  const filters = { q: [], severities: new Set(), code: "", status: "", source: "", sort: "severity" };
  let shown = [], at = new Map(); // the items that match, and their places among them
  let current = null;
  const cards = new Map(); // id → promise of a card; emptied when something is decided

  const status = (item) => {
    const decided = decisions.get(item.id);
    return decided ? (decided[0] === "accept" ? "accepted" : "rejected") : item.status;
  };
  const isOpen = (item) => status(item) === "open";

  const load = async () => {
    const data = await ask("list");
    ({ codes, sources } = data);
    items = data.findings.map(([id, position, severity, code, rule, state, from, message, where, raw, suggestion]) =>
      ({ id, position, severity, code, rule, status: state, from, message, where, text: fold([message, where, raw, suggestion, id].join(" ")) }));
    byId = new Map(items.map((item) => [item.id, item]));
    $("headline").textContent = data.headlines;
    $("headline").title = data.headlines;
    const options = (select, entries, value) => {
      select.replaceChildren(select.options[0], ...entries.map(([key, name]) => new Option(name, key)));
      select.value = value;
    };
    const counts = codes.map((_, n) => items.filter((item) => item.code === n).length);
    options($("code"), codes.map((c, n) => [n, `${c.title} (${counts[n]})`]), "");
    options($("source"), sources.map((s, n) => [n, s]), "");
    filters.code = filters.source = "";
    $("source-label").hidden = sources.length < 2;
    document.querySelectorAll(".chip").forEach((chip) => {
      const n = items.filter((item) => item.severity === +chip.dataset.severity).length;
      chip.querySelector("b").textContent = n;
      chip.disabled = !n;
    });
    cards.clear();
  };

  const take = (state) => {
    stamp = state.stamp;
    for (const [id, decided] of Object.entries(state.decisions)) {
      decided ? decisions.set(id, decided) : decisions.delete(id);
      const item = byId.get(id);
      if (item) cards.clear();
    }
    ({ unbuilt, lost, trouble } = state);
    canUndo = state.undo;
    if ("building" in state) ({ building, progress, failed, failures } = state);
    refresh();
  };

  // -------------------------------------------------------------------------------------------- the list
  const list = $("list"), space = $("space");
  const drawn = new Map();
  const matches = (item) =>
    (!filters.severities.size || filters.severities.has(item.severity)) && (filters.code === "" || item.code === +filters.code) &&
    (!filters.status || status(item) === filters.status) && (filters.source === "" || item.from.includes(+filters.source)) &&
    filters.q.every((word) => item.text.includes(word));

  const filter = () => {
    shown = items.filter(matches);
    if (filters.sort === "document") shown.sort((a, b) => a.position - b.position);
    at = new Map(shown.map((item, n) => [item.id, n]));
    space.style.height = shown.length * ROW + "px";
    for (const row of drawn.values()) row.remove();
    drawn.clear();
    $("shown").textContent = fill("shown", { n: shown.length, total: items.length });
    $("clear").hidden = !(filters.severities.size || filters.q.length || filters.code || filters.status || filters.source || filters.sort !== "severity");
    paint();
    count();
  };
  const paint = () => {
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 6);
    const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + 6);
    for (const [n, row] of drawn) if (n < first || n >= last) { row.remove(); drawn.delete(n); }
    for (let n = first; n < last; n++) {
      const item = shown[n];
      let row = drawn.get(n);
      if (!row) {
        row = make("div", { className: "row", id: "row-" + item.id, title: item.message },
          make("span", { className: "what", textContent: item.message }), make("span", { className: "done" }),
          make("span", { className: "where", textContent: item.where || codes[item.code].title }));
        row.setAttribute("role", "option");
        row.setAttribute("aria-posinset", n + 1);
        row.setAttribute("aria-setsize", shown.length);
        row.style.top = n * ROW + "px";
        row.onclick = () => { show(item); document.body.classList.remove("list-open"); listState(); };
        drawn.set(n, row);
        space.append(row);
      }
      const now = status(item);
      row.className = `row ${SEVERITIES[item.severity]} ${now}`;
      row.setAttribute("aria-selected", item === current);
      const sign = row.querySelector(".done");
      sign.textContent = now === "accepted" ? "✓" : now === "rejected" ? "✗" : "";
      row.setAttribute("aria-label", `${item.message} – ${fill(now)}`);
    }
    const here = current && at.has(current.id) && drawn.get(at.get(current.id));
    here ? list.setAttribute("aria-activedescendant", here.id) : list.removeAttribute("aria-activedescendant");
  };
  const bring = (item) => {
    const n = at.get(item.id);
    if (n === undefined) return;
    const top = n * ROW;
    if (top < list.scrollTop) list.scrollTop = Math.max(0, top - ROW);
    else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + 2 * ROW - list.clientHeight;
  };
  list.onscroll = () => requestAnimationFrame(paint);
  new ResizeObserver(paint).observe(list);
  list.onkeydown = (event) => {
    const n = current ? at.get(current.id) ?? 0 : 0;
    const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
    const to = { ArrowDown: n + 1, ArrowUp: n - 1, Home: 0, End: shown.length - 1, PageDown: n + page, PageUp: n - page }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key === "Enter") { document.body.classList.remove("list-open"); listState(); focusCard(); }
      return;
    }
    event.preventDefault();
    const item = shown[Math.min(Math.max(to, 0), shown.length - 1)];
    if (item) show(item, false);
  };

  // -------------------------------------------------------------------------------------------- one finding
  const pane = $("finding");
  const fetchCard = (id) => {
    if (!cards.has(id)) {
      const promise = ask("card", { id });
      promise.catch(() => cards.delete(id));
      cards.set(id, promise);
      if (cards.size > 200) cards.delete(cards.keys().next().value);
    }
    return cards.get(id);
  };
  const focusCard = () => $("message") && $("message").focus({ preventScroll: true });
  let asked = 0;
  const show = async (item, focus = true) => {
    const isOther = item !== current;
    current = item;
    history.replaceState(null, "", "#" + item.id);
    bring(item);
    paint();
    const mine = ++asked;
    let card;
    try { card = await fetchCard(item.id); } catch (error) { if (!isAway) say(error.message); return; }
    if (mine !== asked) return;
    const why = isOther ? "" : ($("why") || {}).value || "";
    const template = document.createElement("template");
    template.innerHTML = card.html; // made and escaped by prikaz, never by a source
    pane.replaceChildren(template.content);
    if (isOther) pane.scrollTop = 0;
    if ($("why")) $("why").value = why;
    current.card = card;
    bindCard();
    decided();
    if (focus) focusCard();
    pane.querySelectorAll(".sheet.scroll").forEach((sheet) => { // a marked cell that lies outside is moved into sight
      const mark = sheet.querySelector("mark");
      const beyond = mark && mark.getBoundingClientRect().right + 16 - sheet.getBoundingClientRect().right;
      if (beyond > 0) sheet.scrollLeft = beyond;
    });
    const following = neighbour(1, true);
    if (following) fetchCard(following.id).then(drawAhead).catch(() => {}); // so that it is there at once
  };
  const drawAhead = ({ html }) => {
    for (const [, source] of html.matchAll(/<img src="([^"]*)"/g)) new Image().src = source.replace(/&amp;/g, "&");
  };
  const openAlike = () => current && current.card ? current.card.alike.map((id) => byId.get(id)).filter((item) => item && isOpen(item)).map((item) => item.id) : [];
  const bindCard = () => {
    pane.querySelectorAll("[data-do]").forEach((button) => {
      button.onclick = () => decide(button.dataset.do, button.dataset.value || "");
    });
    pane.querySelectorAll("[data-go]").forEach((button) => { button.onclick = () => go(button.dataset.go === "next" ? 1 : -1); });
    pane.querySelectorAll("[data-bulk]").forEach((button) => { button.onclick = () => bulk(button.dataset.bulk, openAlike()); });
    const deciding = pane.querySelector(".decide"), ways = pane.querySelector(".more-ways");
    const unfold = (now) => { deciding.classList.toggle("open", now); ways.setAttribute("aria-expanded", now); };
    ways.onclick = () => unfold(!deciding.classList.contains("open"));
    const other = $("other");
    if (!other) return;
    other.onsubmit = (event) => { event.preventDefault(); if ($("value").value.trim()) decide("set", $("value").value.trim()); };
    let timer;
    $("value").oninput = () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const value = $("value").value.trim(), note = $("value-note"), id = current.id;
        if (!value) { note.replaceChildren(); return; }
        try {
          const told = await ask("preview", { id, decision: "set", value });
          if (current.id !== id || !$("value") || $("value").value.trim() !== value) return;
          note.classList.toggle("problem", Boolean(told.problem));
          if (told.problem) note.textContent = told.problem;
          else note.innerHTML = told.html; // made and escaped by prikaz
        } catch { /* said by the banner */ }
      }, 150);
    };
  };
  const decided = () => {
    if (!current || !$("decided")) return;
    const now = status(current), own = decisions.get(current.id);
    $("status").hidden = now === "open";
    $("status").textContent = fill(now);
    $("status").className = "status " + now;
    pane.querySelectorAll("[data-do]").forEach((button) => {
      const chosen = own && (button.dataset.do === "set" ? own[1] === button.dataset.value : button.dataset.do === own[0] && !own[1]);
      button.setAttribute("aria-pressed", Boolean(chosen));
    });
    const parts = own ? [fill(now) + (own[1] ? `: «${own[1]}»` : ""), own[2] && fill("by", { who: own[2] }), own[3], own[4]].filter(Boolean) : [];
    const alike = openAlike();
    pane.querySelectorAll(".alike").forEach((group) => { group.hidden = alike.length < 2; });
    pane.querySelectorAll("[data-label]").forEach((label) => { label.textContent = label.dataset.label.replace("{n}", alike.length); });
    $("decided").hidden = !own;
    $("decided").textContent = parts.join(" · ");
    if (own && own[4] && $("why") && !$("why").value) $("why").value = own[4];
  };

  const neighbour = (step, openOnly) => {
    if (!shown.length) return null;
    let n = current ? at.get(current.id) : undefined;
    if (n === undefined) n = lastPlace - (step > 0 ? 1 : 0);
    if (!openOnly) return shown[n + step] || null;
    for (let k = 1; k <= shown.length; k++) {
      const item = shown[(n + step * k + shown.length * k) % shown.length];
      if (item && item !== current && isOpen(item)) return item;
    }
    return null;
  };
  let lastPlace = 0;
  const go = (step) => { const item = neighbour(step, false); if (item) show(item); };

  // ----------------------------------------------------------------------------------------------- deciding
  const title = (item) => item.message.length > 70 ? item.message.slice(0, 69) + "…" : item.message;
  const decide = async (kind, value) => {
    const item = current;
    if (!item || (kind === "set" && !value)) return;
    const before = decisions.get(item.id);
    const why = $("why") ? $("why").value.trim() : "";
    lastPlace = at.get(item.id) ?? lastPlace;
    decisions.set(item.id, [kind === "reject" ? "reject" : "accept", value || null, "", "", why]);
    cards.delete(item.id);
    say(kind === "set" ? fill("said-set", { value }) : fill("said-" + kind, { what: title(item) }));
    const following = neighbour(1, true);
    refresh();
    following ? show(following) : finished();
    try {
      take(await ask("decide", { since: stamp }, { ids: [item.id], decision: kind, value, why }));
    } catch (error) {
      before ? decisions.set(item.id, before) : decisions.delete(item.id);
      refresh();
      show(item);
      if (!isAway) say(error.message);
    }
  };
  const finished = () => {
    decided();
    if (document.activeElement) document.activeElement.blur(); // keys are for the page again
    focusCard();
    if (!items.some(isOpen) || !shown.some(isOpen)) say(fill("all-done"));
  };
  const bulk = async (kind, ids) => {
    if (!ids || !ids.length) return;
    let told;
    try { told = await ask("bulk", {}, { ids, decision: kind }); } catch (error) { say(error.message); return; }
    $("bulk-title").textContent = fill("bulk-" + kind, { n: told.n });
    $("bulk-lines").replaceChildren(...told.lines.map((line) => make("li", { textContent: line })));
    $("bulk-examples").replaceChildren(...told.examples.map((line) => make("li", { textContent: line })),
      ...(told.n > told.examples.length ? [make("li", { textContent: fill("more", { n: told.n - told.examples.length }) })] : []));
    const dialog = $("bulk");
    dialog.returnValue = "";
    dialog.showModal();
    dialog.onclose = async () => {
      if (dialog.returnValue !== "do") { focusCard(); return; }
      try {
        const done = await ask("decide", { since: stamp }, { ids, decision: kind, why: $("why") ? $("why").value.trim() : "" });
        lastPlace = current ? at.get(current.id) ?? lastPlace : 0;
        take(done);
        say(fill("said-many", { n: done.done.length }));
        const following = neighbour(1, true);
        following ? show(following) : (current && show(current), finished());
      } catch (error) { if (!isAway) say(error.message); }
    };
  };
  const undo = async () => {
    try {
      const done = await ask("undo", { since: stamp }, {});
      take(done);
      say(done.said || fill("said-undo", { n: done.undone.length }));
      const item = byId.get(done.undone[0]);
      if (item) { if (!at.has(item.id)) reset(); show(item); }
    } catch (error) { if (!isAway) say(error.message); }
  };
  const again = async (leave) => {
    try { take(await ask("again", { since: stamp }, { leave })); } catch (error) { say(error.message); }
  };

  // ------------------------------------------------------------------------------------------------ building
  const rebuild = async () => {
    if (building || !unbuilt) return;
    try {
      await ask("rebuild", {}, {});
      building = true;
      refresh();
      poll();
    } catch (error) { say(error.message); }
  };
  const showResult = (result) => {
    const parts = [];
    const { findings, datasets } = result;
    parts.push(make("p", { textContent: fill("findings-changed", { gone: findings.gone.length, new: findings.new.length, decided: findings.decided.length }) }));
    if (!Object.keys(datasets).length) parts.push(make("p", { textContent: fill("no-change") }));
    for (const [name, { rows, added, removed, changed }] of Object.entries(datasets)) {
      parts.push(make("h3", { textContent: fill("rows", { dataset: name, added, removed, changed }) }));
      const body = make("tbody");
      for (const row of rows.slice(0, 20)) {
        const sign = { added: "+", removed: "−", changed: "~" }[row.change];
        const cells = row.cells.filter((c) => !c.field.endsWith("_id")).map((c) => make("div", { textContent: `${c.field}: ${c.old ?? "–"} → ${c.new ?? "–"}` }));
        body.append(make("tr", {}, make("td", { textContent: sign }), make("td", { textContent: row.label }), make("td", {}, ...cells)));
      }
      parts.push(make("table", {}, body));
      if (rows.length > 20) parts.push(make("p", { textContent: fill("more", { n: rows.length - 20 }) }));
    }
    $("result-text").replaceChildren(...parts);
    $("result").showModal();
  };

  // -------------------------------------------------------------------------------------- what is seen of it
  let hush;
  const say = (words) => {
    $("said").textContent = words;
    $("said").classList.add("on");
    clearTimeout(hush);
    hush = setTimeout(() => $("said").classList.remove("on"), 4000);
  };
  const banner = () => {
    const [words, button, action] =
      ended ? [ended, "", null] : isAway ? [fill("away"), "", null] : trouble ? [trouble, "", null] : failed ? [failed, "", null] :
      lost ? [fill("lost", { n: lost }), fill("again"), () => again(false)] : failures.length ? [failures.slice(0, 3).join("; "), "", null] : ["", "", null];
    const [p, b, leave] = $("banner").children;
    leave.hidden = !lost || !action; leave.textContent = fill("leave"); leave.onclick = () => again(true);
    if (p.textContent !== words) p.textContent = words;
    b.textContent = button; b.hidden = !button; b.onclick = action;
    $("banner").hidden = !words;
  };
  const count = () => {
    const done = items.filter((item) => !isOpen(item)).length;
    $("progress").textContent = fill("of", { done, total: items.length });
    $("meter").max = items.length || 1;
    $("meter").value = done;
    const open = shown.filter(isOpen).length;
    $("all-shown").hidden = open < 2;
  };
  const refresh = () => {
    if (filters.status) filter(); else { paint(); count(); }
    decided();
    $("undo").disabled = !canUndo;
    $("rebuild").disabled = building || !unbuilt;
    $("rebuild").querySelector("span").textContent = building ? fill("building", { progress }) : unbuilt ? fill("apply", { n: unbuilt }) : fill("applied");
    banner();
  };
  let timer;
  const poll = async () => {
    clearTimeout(timer);
    if (ended) return;
    if (!document.hidden || building) {
      try {
        const was = building, state = await ask("state", { since: stamp });
        if (version && state.version !== version) {
          version = state.version;
          const keep = current && current.id;
          await load();
          stamp = 0;
          decisions.clear();
          take(await ask("state", { since: 0 }));
          filter();
          open(keep);
          if (was && !state.building && state.result) showResult(state.result); else say(fill("other-version"));
        } else take(state);
        version = state.version;
      } catch { /* said by the banner */ }
    }
    timer = setTimeout(poll, building ? 300 : isAway ? 4000 : 2500);
  };
  const open = (id) => {
    const item = byId.get(id) || shown.find(isOpen) || shown[0];
    if (item) { if (!at.has(item.id)) reset(); show(item, false); }
    else { current = null; pane.replaceChildren(make("p", { className: "empty", textContent: fill(items.length ? "nothing" : "none") })); }
  };

  // -------------------------------------------------------------------------------------------- the controls
  const reset = () => {
    filters.severities.clear();
    Object.assign(filters, { q: [], code: "", status: "", source: "", sort: "severity" });
    $("filters").reset();
    document.querySelectorAll(".chip").forEach((chip) => chip.setAttribute("aria-pressed", "false"));
    filter();
  };
  $("filters").onsubmit = (event) => event.preventDefault();
  $("clear").onclick = () => { reset(); chosen(); $("q").focus(); };
  let typing;
  const chosen = () => { filter(); list.scrollTop = 0; paint(); if (shown.length && (!current || !at.has(current.id))) show(shown.find(isOpen) || shown[0], false); };
  $("q").oninput = () => { clearTimeout(typing); typing = setTimeout(() => { filters.q = fold($("q").value).split(" ").filter(Boolean); chosen(); }, 100); };
  $("q").onkeydown = (event) => { if (event.key === "Enter" && current) { event.preventDefault(); document.body.classList.remove("list-open"); listState(); focusCard(); } };
  for (const [id, name] of [["code", "code"], ["status-filter", "status"], ["source", "source"], ["sort", "sort"]])
    $(id).onchange = () => { filters[name] = $(id).value; chosen(); };
  document.querySelectorAll(".chip").forEach((chip) => {
    chip.onclick = () => {
      const s = +chip.dataset.severity;
      filters.severities.delete(s) || filters.severities.add(s);
      chip.setAttribute("aria-pressed", filters.severities.has(s));
      chosen();
    };
  });
  $("all-shown").onclick = () => bulk("accept", shown.filter(isOpen).map((item) => item.id));
  $("undo").onclick = undo;
  $("rebuild").onclick = rebuild;
  $("open-help").onclick = () => $("help").showModal();
  $("finish").onclick = async () => {
    try { await ask("finish", {}, {}); } catch { return; }
    ended = fill("ended") + (unbuilt ? " " + fill("ended-build") : "");
    clearTimeout(timer);
    document.querySelectorAll("button, input, select").forEach((control) => { control.disabled = true; });
    banner();
  };
  const listState = () => $("open-list").setAttribute("aria-expanded", document.body.classList.contains("list-open"));
  $("open-list").onclick = () => { document.body.classList.toggle("list-open"); listState(); paint(); if (current) bring(current); if (document.body.classList.contains("list-open")) list.focus(); };
  document.querySelectorAll(".languages a").forEach((link) => { link.onclick = () => { link.hash = location.hash; }; });
  window.onhashchange = () => { const item = byId.get(decodeURIComponent(location.hash.slice(1))); if (item && item !== current) { if (!at.has(item.id)) reset(); show(item); } };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });

  const enter = (id) => {
    if (!$(id)) return;
    pane.querySelector(".decide").classList.add("open");
    $(id).focus();
  };
  // a key counts by its letter, with a Russian layout by its place
  const letter = (event) => {
    if (event.code === "Slash" && !/^[a-z]$/i.test(event.key)) return event.shiftKey || event.key === "?" ? "?" : "/";
    if (event.key === "?" || event.key === "/") return event.key;
    if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
    if (/^[1-9]$/.test(event.key)) return event.key;
    return /^Key[A-Z]$/.test(event.code) && event.key.length === 1 ? event.code[3].toLowerCase() : "";
  };
  document.onkeydown = (event) => {
    if (ended || document.querySelector("dialog[open]")) return;
    const field = event.target.closest("input, select, textarea");
    if (event.key === "Escape") {
      if (field) { field.blur(); focusCard(); }
      else if (document.body.classList.contains("list-open")) { document.body.classList.remove("list-open"); listState(); focusCard(); }
      return;
    }
    if (field) {
      if (event.key === "Enter" && field.id === "why") { event.preventDefault(); focusCard(); }
      return;
    }
    const key = letter(event);
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key === "z") { event.preventDefault(); undo(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || !key || !$("single").checked) return;
    const alike = openAlike();
    const deeds = {
      a: () => event.shiftKey ? bulk("accept", alike) : decide("accept", ""),
      r: () => event.shiftKey ? bulk("reject", alike) : decide("reject", ""),
      j: () => go(1), n: () => go(1), k: () => go(-1), p: () => go(-1),
      u: undo, b: rebuild,
      v: () => enter("value"), c: () => enter("why"),
      "/": () => { if (matchMedia("(max-width: 60rem)").matches) { document.body.classList.add("list-open"); listState(); } $("q").focus(); $("q").select(); },
      "?": () => $("help").showModal(),
    };
    const deed = /^[1-9]$/.test(key)
      ? () => { const value = current && current.card && current.card.choices[+key - 1]; if (value) decide("set", value); }
      : deeds[key];
    if (!deed || (event.repeat && !"jknp".includes(key))) return;
    event.preventDefault();
    deed();
  };

  (async () => {
    try {
      await load();
      const state = await ask("state", { since: 0 });
      version = state.version;
      take(state);
      reset();
      open(decodeURIComponent(location.hash.slice(1)));
    } catch (error) { if (!isAway) say(error.message); }
    timer = setTimeout(poll, 2500);
  })();
})();
