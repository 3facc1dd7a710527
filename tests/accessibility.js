// What `accessibility.problems` looks for: gives a list of what is wrong with the page as it is rendered.
() => {
  const found = [];
  const say = (rule, element, more = "") => found.push(`${rule}: ${element.outerHTML.slice(0, 120)} ${more}`);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && e.getClientRects().length > 0;
  const named = (e) => {
    const by = (e.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent || "").join("");
    const label = e.labels && [...e.labels].map((l) => l.textContent).join("");
    const alt = [...e.querySelectorAll("img[alt]")].map((i) => i.alt).join("");
    return [by, e.getAttribute("aria-label"), label, e.textContent, alt, e.alt].some((t) => t && t.trim());
  };

  // 3.1.1 language, 2.4.2 title, 1.4.4 zoom
  if (!/^(en|ru)$/.test(document.documentElement.lang)) say("lang", document.documentElement);
  if (!document.title.trim()) say("title", document.head);
  if (/user-scalable\s*=\s*no|maximum-scale/.test(document.querySelector("meta[name=viewport]").content)) say("zoom", document.head);

  // 4.1.2 names of controls, 1.1.1 pictures
  all("button, input, select, textarea, a[href], summary, dialog, [role=listbox], [role=group][tabindex], progress").filter(seen)
    .filter((e) => !named(e)).forEach((e) => say("name", e));
  all("img").filter((e) => !e.hasAttribute("alt")).forEach((e) => say("alt", e));
  all("svg").filter((e) => !e.closest("[aria-hidden=true]") && !e.getAttribute("aria-label")).forEach((e) => say("svg", e));

  // ids, and what refers to them
  const ids = all("[id]").map((e) => e.id);
  all("[id]").filter((e, i) => ids.indexOf(e.id) !== i).forEach((e) => say("id-twice", e));
  for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "aria-activedescendant", "for", "list"])
    all(`[${name}]`).forEach((e) => e.getAttribute(name).split(" ").filter((id) => !document.getElementById(id)).forEach((id) => say(name, e, id)));
  all("[role=option]").filter((e) => !e.closest("[role=listbox]")).forEach((e) => say("option", e));
  all("[aria-hidden=true]").filter((e) => e.querySelector("a[href]:not([tabindex='-1']), button, input")).forEach((e) => say("hidden-focus", e));

  // 1.3.1, 2.4.1: landmarks and headings
  if (all("main").filter(seen).length !== 1) say("main", document.body);
  all("body > *").filter((e) => seen(e) && e.textContent.trim() && !e.matches("main, header, footer, nav, dialog, script, noscript, .skip, [role=status], [role=alert], .symbols"))
    .forEach((e) => say("landmark", e));
  const levels = all("h1, h2, h3, h4, h5, h6").filter((e) => seen(e) && !e.closest("dialog")).map((e) => +e.tagName[1]);
  if (levels.filter((l) => l === 1).length !== 1) say("h1", document.body, levels);
  levels.forEach((l, i) => { if (i && l > levels[i - 1] + 1) say("heading-level", document.body, levels.slice(i - 1, i + 1)); });
  all("table").filter((t) => t.tHead && seen(t)).forEach((t) => { if (!t.querySelector("th[scope]")) say("th", t); });
  all("[tabindex]").filter((e) => e.tabIndex > 0).forEach((e) => say("tabindex", e));
  if (document.querySelector("a[href]") && !all("a[href]")[0].matches(".skip")) say("skip", all("a[href]")[0]);

  // 2.5.8: 24 by 24 pixels, except links within text and what has room around it
  all("button, input, select, summary").filter(seen).forEach((e) => {
    const box = e.getBoundingClientRect();
    if (Math.min(box.width, box.height) < 24 && !/checkbox|radio/.test(e.type)) say("target", e, `${box.width}x${box.height}`);
  });

  // 1.4.3: contrast
  const parse = (c) => { const [r, g, b, a = 1] = c.match(/[\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = ([r, g, b, a], under) => [r, g, b].map((c, i) => c * a + under[i] * (1 - a));
  const under = (e) => {
    const layers = [];
    for (; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color[3] > 0) layers.unshift(color);
      if (color[3] === 1) break;
    }
    return layers.reduce((ground, layer) => over(layer, ground), [255, 255, 255]);
  };
  const light = (rgb) => rgb.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const done = new Set();
  for (let node; (node = walker.nextNode());) {
    const e = node.parentElement;
    if (!node.data.trim() || done.has(e) || !seen(e) || e.closest(":disabled, script, style, noscript, option, svg")) continue;
    done.add(e);
    const style = getComputedStyle(e);
    let opacity = 1;
    for (let p = e; p; p = p.parentElement) opacity *= +getComputedStyle(p).opacity;
    if (opacity === 0) continue;
    const ground = under(e), color = parse(style.color);
    const seenColor = over([...color.slice(0, 3), color[3] * opacity], ground);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
    const has = ratio(seenColor, ground);
    if (has < (large ? 3 : 4.5)) say("contrast", e, has.toFixed(2));
  }
  return found;
}
