"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const by = (id) => document.getElementById(id);
  const step = 50, drawn = 15;
  let shown = step;

  // node makes an element; texts are only ever set as text.
  const node = (name, attributes, ...children) => {
    const e = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) e.setAttribute(key, value);
    e.append(...children.filter((c) => c !== null && c !== undefined));
    return e;
  };
  const svg = (name, attributes, text) => {
    const e = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
    if (text !== undefined) e.textContent = text;
    return e;
  };

  const lower = (s) => s.toLowerCase();
  const text = (line) => lower([line.verb, line.families.join(" "), line.within, line.from, ...line.ops.map((o) => data.operations[o])].join(" "));
  const searchable = data.lines.map(text);

  // linesOf are what the filters leave of a principal, null where they leave nothing of it.
  const linesOf = (p, f) => {
    if (f.principal && !lower(p.address + " " + p.name + " " + p.kind).includes(f.principal)) return null;
    const access = f.version === "before" ? p.before : p.after;
    if (f.version === "delta" ? !p.changed : !access) return null;
    let lines = f.version === "delta" ? p.delta : access.lines;
    if (f.writes) lines = lines.filter((l) => data.lines[l].write);
    if (f.scope) {
      const scopes = (f.version === "delta" ? [p.before, p.after] : [access]).flatMap((a) => (a ? a.scopes.concat(a.roles) : []));
      if (!scopes.some((s) => lower(s).includes(f.scope))) lines = lines.filter((l) => searchable[l].includes(f.scope));
    }
    if ((f.scope || f.writes) && lines.length === 0) return null;
    return lines;
  };

  const title = (line) => (line.families.length > 4 ? line.families.slice(0, 3).join(", ") + " and " + (line.families.length - 3) + " more" : line.families.join(", "));
  const reach = (r) => r || "the whole org";
  const sentence = (line) => {
    let s = line.verb + " " + (line.write ? "write" : "read") + " on " + title(line);
    if (line.from || ["widens", "narrows", "shifts"].includes(line.verb)) s += ", from " + reach(line.from) + " to " + reach(line.within);
    else if (line.within.startsWith("as far as")) s += ", " + line.within;
    else if (line.within) s += ", within " + line.within;
    if (line.unsure) s += " (low confidence for " + line.unsure + " of " + line.ops.length + ": " + line.basis + ")";
    return s;
  };

  const lineItem = (line) => {
    const details = node("details", {}, node("summary", {}, sentence(line) + " — " + line.ops.length + (line.ops.length === 1 ? " operation" : " operations")));
    details.addEventListener("toggle", () => {
      if (details.childElementCount > 1) return;
      details.append(node("ul", { class: "ops" }, ...line.ops.map((o) => node("li", {}, node("code", {}, data.operations[o])))));
    }, { once: true });
    return node("li", { class: line.verb }, details);
  };

  // changed lists scopes or roles of both versions, with what comes and goes marked.
  const changed = (p, what) => {
    const was = p.before ? p.before[what] : [], is = p.after ? p.after[what] : [];
    const mark = (text) => (!was.includes(text) ? "ins" : !is.includes(text) ? "del" : "span");
    return [...is, ...was.filter((text) => !is.includes(text))].map((text) => node(mark(text), {}, text));
  };

  const card = (p, lines, version) => {
    const access = version === "before" ? p.before : p.after || p.before;
    const state = !data.compared ? "" : !p.before ? ", new" : !p.after ? ", deleted" : "";
    const ul = node("ul", {}, ...lines.map((l) => lineItem(data.lines[l])));
    if (version === "delta") ul.append(...p.signIns.map((s) => node("li", {}, s)));
    ul.append(...access.remarks.map((r) => node("li", { class: "dim" }, r)));
    for (const what of ["scopes", "roles"]) {
      const items = version === "delta" ? changed(p, what) : access[what].map((text) => node("span", {}, text));
      if (items.length) ul.append(node("li", {}, what + ": ", ...items.flatMap((item, i) => (i ? [what === "roles" ? "; " : ", ", item] : [item]))));
    }
    return node("div", { class: "principal" },
      node("h3", {}, p.name + " ", node("span", { class: "dim" }, "(" + p.kind + state + ") "), node("code", { class: "dim" }, p.address), " ",
        p.risk === "none" ? null : node("span", { class: "badge " + p.risk }, p.risk)), ul);
  };

  const draw = (rows) => {
    const box = by("graph");
    box.replaceChildren();
    const some = rows.filter(([, lines]) => lines.length).slice(0, drawn);
    const targets = new Map();
    for (const [, lines] of some) for (const l of lines) {
      const name = title(data.lines[l]);
      if (!targets.has(name)) targets.set(name, targets.size);
    }
    by("legend").hidden = !targets.size;
    if (!targets.size) return;
    const height = 24 * Math.max(some.length, targets.size) + 20, left = 320, right = 640;
    const root = svg("svg", { viewBox: "0 0 960 " + height });
    const y = (i, n) => 10 + (height - 20) * (i + 0.5) / n;
    some.forEach(([p, lines], i) => {
      const from = y(i, some.length);
      const label = svg("text", { x: left - 8, y: from + 4, "text-anchor": "end" }, p.address.length > 44 ? p.address.slice(0, 43) + "…" : p.address);
      label.append(svg("title", {}, p.address + " " + p.name));
      root.append(label);
      for (const l of lines) {
        const line = data.lines[l], to = y(targets.get(title(line)), targets.size), aside = line.write ? 2 : -2; // reads and writes of one pair side by side
        const path = svg("path", { d: `M${left} ${from + aside} C ${left + 120} ${from + aside}, ${right - 120} ${to + aside}, ${right} ${to + aside}`, class: (line.write ? "write " : "read ") + line.verb });
        path.append(svg("title", {}, p.address + " " + sentence(line)));
        root.append(path);
      }
    });
    for (const [name, i] of targets) root.append(svg("text", { x: right + 8, y: y(i, targets.size) + 4 }, name.length > 46 ? name.slice(0, 45) + "…" : name));
    box.append(root);
  };

  const render = () => {
    const f = { principal: lower(by("principal").value.trim()), scope: lower(by("scope").value.trim()), version: by("version").value, writes: by("writes").checked };
    const rows = data.principals.map((p) => [p, linesOf(p, f)]).filter(([, lines]) => lines);
    const verb = f.version === "delta" ? " change" : f.principal || f.scope || f.writes ? " match" : "";
    by("count").textContent = rows.length + " of " + data.principals.length + " principals" + verb + (rows.length > drawn ? "; the graph shows the first " + drawn : "");
    draw(rows);
    by("list").replaceChildren(...rows.slice(0, shown).map(([p, lines]) => card(p, lines, f.version)));
    by("more").hidden = rows.length <= shown;
  };

  by("filters").addEventListener("submit", (e) => e.preventDefault());
  by("filters").addEventListener("input", () => { shown = step; render(); });
  by("more").addEventListener("click", () => { shown += step; render(); });
  if (!data.compared) {
    by("version").value = "after";
    by("version").parentElement.hidden = true;
  }
  render();
})();
