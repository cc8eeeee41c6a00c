// Pictures: tables whose rows have a bar, and one histogram with its table behind it. Every bar has its number in words.

const LISTED = 12, LONG = 44;

/** A bar as wide as its share of the widest; `kind` is a class that says how it is filled. */
function bar(share, kind) {
  return drawing(
    "svg", { class: "bar " + (kind || ""), width: "100%", height: 10, "aria-hidden": "true", focusable: "false" },
    drawing("rect", { x: 0, y: 0.5, height: 9, width: (share > 0 ? Math.max(100 * share, 0.6) : 0).toFixed(2) + "%" }),
  );
}

/**
 * A table whose rows have bars.
 *
 * columns: what stands in them, as { title, number } (number: set to the right); the bar comes after the first one.
 * rows: as { cells, bars: [[value, kind], ...] }; a cell is a string or a node.
 */
function barTable(caption, columns, rows, all) {
  const most = Math.max(1e-9, ...rows.flatMap((row) => row.bars.map(([value]) => value)));
  const head = columns.map((column) => make("th", { scope: "col", class: column.number ? "number" : null }, column.title));
  head.splice(1, 0, make("td", { class: "bars" }));
  const lines = rows.map((row, n) => {
    const cells = row.cells.map((cell, m) =>
      make(m ? "td" : "th", { scope: m ? null : "row", class: columns[m].number ? "number" : null }, cell));
    cells[0].classList.toggle("long", cells[0].textContent.length > LONG);
    cells.splice(1, 0, make("td", { class: "bars" }, row.bars.map(([value, kind]) => bar(value / most, kind))));
    return make("tr", { class: n >= LISTED && !all ? "more" : null }, cells);
  });
  const table = make("table", { class: "bartable" }, make("caption", {}, caption), make("thead", {}, make("tr", {}, head)), make("tbody", {}, lines));
  const figure = make("div", { class: "picture" }, make("div", { class: "scroll" }, table));
  if (rows.length > LISTED && !all) figure.append(moreButton(table, rows.length));
  return figure;
}

function moreButton(table, count) {
  const button = make("button", { type: "button", class: "link", "aria-expanded": "false" }, `Show all ${number(count)}`);
  button.addEventListener("click", () => {
    const open = table.classList.toggle("all");
    button.setAttribute("aria-expanded", String(open));
    button.replaceChildren(open ? "Show fewer" : `Show all ${number(count)}`);
  });
  return button;
}

const PLOT = 96;

/** Upright bars side by side, each with its number, and the same as a table for those who cannot see them. */
function histogram(caption, unit, bins) {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const step = 100 / bins.length;
  const shapes = bins.flatMap((bin, n) => {
    const height = bin.count ? Math.max(1.5, (PLOT * bin.count) / most) : 0;
    const middle = (n * step + step / 2).toFixed(2) + "%";
    const rect = drawing("rect", {
      x: (n * step + step * 0.08).toFixed(2) + "%", width: (step * 0.84).toFixed(2) + "%", y: 14 + PLOT - height, height,
      class: bin.class || "",
    });
    rect.append(drawing("title", {}, `${bin.name}: ${number(bin.count)}`));
    const count = drawing("text", { x: middle, y: 10 + PLOT - height, class: "count" }, bin.count ? short(bin.count) : "");
    const tick = bin.tick ? drawing("text", { x: middle, y: PLOT + 28, class: "tick" }, bin.tick) : null;
    return [rect, count, tick].filter(Boolean);
  });
  const line = drawing("line", { x1: 0, x2: "100%", y1: PLOT + 14.5, y2: PLOT + 14.5 });
  const svg = drawing("svg", { class: "histogram", width: "100%", height: PLOT + 34, role: "img" }, ...shapes, line);
  svg.setAttribute("aria-label", `${caption}; the table below has the numbers`);
  const rows = bins.map((bin) => make("tr", {}, make("th", { scope: "row" }, bin.name), make("td", { class: "number" }, number(bin.count))));
  const table = make("table", {}, make("tbody", {}, rows));
  return make("figure", { class: "picture" }, make("figcaption", {}, caption), svg,
    make("details", {}, make("summary", {}, "As a table"), table), make("p", { class: "fine" }, unit));
}
