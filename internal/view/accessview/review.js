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
    return s;
  };

  const lineItem = (line) => {
    const sure = line.certainty ? node("span", { class: "unsure", title: line.certainty }, " ?", node("span", { class: "unseen" }, "not certain")) : null;
    const details = node("details", {}, node("summary", {}, sentence(line) + " — " + line.ops.length + (line.ops.length === 1 ? " operation" : " operations"), sure));
    details.addEventListener("toggle", () => {
      if (details.childElementCount > 1) return;
      if (line.certainty) details.append(node("p", { class: "dim" }, line.certainty));
      details.append(node("ul", { class: "ops" }, ...line.ops.map((o) => node("li", {}, node("code", {}, data.operations[o])))));
    }, { once: true });
    return node("li", { class: line.verb }, details);
  };

  // idOf names a principal in the address of the page.
  const idOf = (p) => "principal-" + p.address;

  // marked returns the elements of a list, those that the other list lacks marked.
  const marked = (list, other, mark) => {
    const separator = [list, other].some((s) => s.includes("; ")) ? "; " : ", ";
    const others = other.split(separator);
    return list.split(separator).flatMap((s, i) => [i ? separator : "", others.includes(s) || s === "none" ? s : node(mark, {}, s)]);
  };

  // table shows values before and after.
  const table = (rows) => node("table", { class: "rows" },
    node("thead", {}, node("tr", {}, ...["what", "before", "after"].map((t) => node("th", { scope: "col" }, t)))),
    node("tbody", {}, ...rows.map(([name, was, is]) => node("tr", {}, node("th", { scope: "row" }, name), node("td", {}, ...marked(was, is, "del")), node("td", {}, ...marked(is, was, "ins"))))));

  const card = (p, lines, version) => {
    const access = version === "before" ? p.before : p.after || p.before;
    const state = !data.compared ? "" : !p.before ? ", new" : !p.after ? ", deleted" : "";
    const ul = node("ul", {}, ...lines.map((l) => lineItem(data.lines[l])));
    if (version === "delta") ul.append(...p.signIns.map((s) => node("li", {}, s)));
    ul.append(...access.remarks.map((r) => node("li", { class: "dim" }, r)));
    if (version !== "delta") for (const what of ["scopes", "roles"]) {
      if (access[what].length) ul.append(node("li", {}, what + ": " + access[what].join(what === "roles" ? "; " : ", ")));
    }
    const said = (version === "delta") === data.compared && p.headline;
    return node("article", { class: "principal", id: idOf(p) },
      node("h3", {}, p.risk === "none" ? null : node("span", { class: "badge " + p.risk }, p.risk), " " + p.name + " ", node("span", { class: "dim" }, "(" + p.kind + state + ") "), node("code", { class: "dim" }, p.address), " ",
        node("a", { class: "link", href: "#" + encodeURIComponent(idOf(p)), "aria-label": "# link to " + p.name }, "#")),
      said ? node("p", { class: "headline" }, p.headline + ".") : null,
      p.path.length ? node("p", {}, "Path: " + p.path.join(" → ")) : null,
      ul, version === "delta" && p.rows.length ? table(p.rows) : null);
  };

  const becomes = (p) => p.superAdmin && by("version").value === "delta";

  // draw shows lines from principals to what they may act on. Narrow screens and screen readers get
  // the same as a list.
  const draw = (rows) => {
    const box = by("graph");
    if (!box) return; // there is nobody to draw
    box.replaceChildren();
    by("arrows").replaceChildren();
    const some = rows.filter(([p, lines]) => lines.length || becomes(p)).slice(0, drawn);
    const targets = new Map();
    for (const [p, lines] of some) {
      const names = lines.map((l) => title(data.lines[l]));
      for (const name of becomes(p) ? ["super admin", ...names] : names) if (!targets.has(name)) targets.set(name, targets.size);
    }
    by("legend").hidden = by("drawing").hidden = !targets.size;
    if (!targets.size) return;
    const height = 24 * Math.max(some.length, targets.size) + 20, left = 320, right = 640;
    const root = svg("svg", { viewBox: "0 0 960 " + height, "aria-hidden": "true" });
    const y = (i, n) => 10 + (height - 20) * (i + 0.5) / n;
    some.forEach(([p, lines], i) => {
      const from = y(i, some.length);
      const label = svg("text", { x: left - 8, y: from + 4, "text-anchor": "end" }, p.address.length > 44 ? p.address.slice(0, 43) + "…" : p.address);
      label.append(svg("title", {}, p.address + " " + p.name));
      root.append(label);
      const arc = (to, aside, kind, words) => {
        const path = svg("path", { d: `M${left} ${from + aside} C ${left + 120} ${from + aside}, ${right - 120} ${to + aside}, ${right} ${to + aside}`, class: kind });
        path.append(svg("title", {}, p.address + " " + words));
        root.append(path);
      };
      if (becomes(p)) arc(y(targets.get("super admin"), targets.size), 4, "super", "becomes a super admin");
      for (const l of lines) {
        const line = data.lines[l], to = y(targets.get(title(line)), targets.size), aside = line.write ? 2 : -2; // reads and writes of one pair side by side
        arc(to, aside, (line.write ? "write " : "read ") + line.verb, sentence(line));
      }
    });
    by("arrows").append(...some.map(([p, lines]) => node("li", {}, node("code", {}, p.address), " → ",
      [...(becomes(p) ? ["becomes a super admin"] : []), ...lines.map((l) => sentence(data.lines[l]))].join("; "))));
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

  // An address with the id of a principal leads to it, however far down it is.
  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const p = data.principals.find((p) => idOf(p) === id);
    if (!p) {
      for (let e = id && document.getElementById(id); e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
      return;
    }
    if (!document.getElementById(id)) {
      by("principal").value = p.address;
      if (!linesOf(p, { principal: "", scope: "", version: by("version").value, writes: false })) by("version").value = p.after ? "after" : "before";
      by("scope").value = "";
      by("writes").checked = false;
      render();
    }
    document.getElementById(id)?.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();

  // Paper shows all that is listed, and the explanations unfolded.
  let folded = [];
  addEventListener("beforeprint", () => {
    shown = data.principals.length;
    render();
    folded = [...document.querySelectorAll("details:not(#list details)")].filter((d) => !d.open);
    for (const d of folded) d.open = true;
  });
  addEventListener("afterprint", () => {
    shown = step;
    render();
    for (const d of folded) d.open = false;
  });

  by("copy").hidden = !navigator.clipboard;
  // markdown writes what the page says first: the verdict, the findings, and a sentence for each
  // principal that is listed.
  const escaped = (s) => s.trim().replace(/\s+/g, " ").replace(/[\\`*_[\]<>|@#!~$]/g, "\\$&");
  const markdown = () => {
    const texts = (selector) => [...document.querySelectorAll(selector)];
    const findings = texts(".finding").flatMap((f) => ["", "- **" + escaped(f.querySelector("h3").textContent.replace(/#\s*$/, "")) + "**", ...[...f.querySelectorAll("p.said")].map((p) => "  - " + escaped(p.textContent))]);
    const cards = texts(".principal").map((c) => "- " + escaped((c.querySelector(".headline") || c.querySelector("h3")).textContent));
    return ["**" + escaped(document.querySelector(".verdict").textContent) + "**", ...findings, "", ...cards, ""].join("\n");
  };
  by("copy").addEventListener("click", () => navigator.clipboard.writeText(markdown()).then(() => { by("copied").textContent = "Copied."; }, () => { by("copied").textContent = "The browser doesn't allow it."; }));
})();
