// One document: a table of two columns, raw on the left, what became of it on the right, line beside line.

const isGap = (piece) => piece.length === 1;
const isKept = (piece) => piece.length === 2;
const ruleOf = (piece) => DATA.rules[piece[3]];
const labelOf = (piece) => DATA.labels[piece[4]];
const partsOf = (piece) => ruleOf(piece).split("+");
const removedOf = (piece) => (typeof piece[1] === "string" ? piece[1] : null);

/** Render a document; `wanted` says of a stroke whether the reader asked for its like. */
function documentTable(doc, wanted) {
  const body = make("tbody");
  let story = null;
  let before = "";
  for (const row of doc.rows) {
    const first = row.find((piece) => !isGap(piece));
    if (first && first[0] !== story) {
      story = first[0];
      body.append(...storyRows(doc, story));
      before = "";
    }
    const rules = rulesOf(row);
    body.append(rowOf(row, rules.join(" ") === before ? [] : tagsOf(row), wanted));
    before = isStruck(row) ? rules.join(" ") : "";
  }
  const head = make("thead", {}, make("tr", {},
    make("th", { scope: "col", class: "old" }, "Before"), make("th", { scope: "col", class: "new" }, doc.proposal ? "What would be left" : "After")));
  return make("table", { class: "lines" }, make("caption", { class: "unheard" }, "The document line by line, before and after"), head, body);
}

const rulesOf = (row) => [...new Set(row.filter((piece) => piece.length > 2).map(ruleOf))];
const after = (row) => row.map((piece) => (isGap(piece) ? "" : isKept(piece) ? piece[1] : piece[2])).join("");
const isStruck = (row) => row.some((piece) => piece.length > 2) && !after(row).trim();
const isBlank = (row) => row.every((piece) => !isGap(piece) && !(removedOf(piece) ?? "x").trim() && !(piece[2] || "").trim());

function rowOf(row, tags, wanted) {
  if (row.length === 1 && isGap(row[0])) return gapRow(row[0][0]);
  const old = make("div", { dir: "auto" });
  const now = make("div", { dir: "auto" });
  row.forEach((piece, n) => {
    const last = n === row.length - 1;
    if (isGap(piece)) for (const side of [old, now]) side.append(gap(piece[0]));
    else if (isKept(piece)) for (const side of [old, now]) write(side, last ? piece[1].replace(/\n$/, "") : piece[1]);
    else stroke(piece, last, old, now, wanted);
  });
  if (tags.length && !isBlank(row)) old.append(" ", ...tags);
  const kind = isBlank(row) ? "blank" : isStruck(row) ? "gone" : row.some((piece) => piece.length > 2) ? "changed" : "same";
  return make("tr", { class: kind }, make("td", { class: "old" }, old), make("td", { class: "new" }, now));
}

function gapRow(count) {
  return make("tr", { class: "gap" }, make("td", { colspan: 2 }, gap(count)));
}

function gap(count) {
  return make("span", { class: "left-out" }, `… ${plural(count, "character")} not shown …`);
}

/** Put a stroke on both sides: what it took on the left, what it put in on the right (and, small, on the left too). */
function stroke(piece, last, old, now, wanted) {
  const label = labelOf(piece);
  const classes = `${look(label)}${wanted && !wanted(piece) ? " faint" : ""}${wanted && wanted(piece) ? " wanted" : ""}`;
  const removed = removedOf(piece);
  const title = `${ruleOf(piece)} (${label})`;
  const text = removed === null ? `[${plural(piece[1], "character")}, not kept]` : lineEnds(removed, last, Boolean(piece[2]));
  if (text) old.append(make("del", { class: `${classes}${text.trim() ? "" : " white"}`, title }, text));
  const put = last ? piece[2].replace(/\n$/, "") : piece[2];
  if (put) {
    old.append(make("ins", { class: classes, title }, make("span", { class: "arrow" }, "→"), put));
    now.append(make("ins", { class: classes, title: `${title}: was ${removed === null ? "not kept" : removed}` }, put));
  }
}

/** Show line feeds that a stroke took, but for those at the end of a line, where they can be seen as what they are. */
function lineEnds(text, last, replaced) {
  const inside = last && !replaced ? text.replace(/\n$/, "") : text;
  return inside.replace(/\n/g, "↵\n");
}

function tagsOf(row) {
  const seen = new Map();
  for (const piece of row) if (piece.length > 2 && (removedOf(piece) ?? "x").trim() + piece[2].trim()) {
    for (const rule of partsOf(piece)) if (!seen.has(rule)) seen.set(rule, labelOf(piece));
  }
  return [...seen].map(([rule, label]) => make("button", {
    type: "button", class: `tag ${look(label)}`, title: WHYS.get(rule) || TITLES.get(label) || "Show documents with this rule",
    on: { click: () => choose({ rule }) },
  }, foreign(rule)));
}

/** Say what the marks mean, in the marks. */
function legend() {
  const gone = look((FACTS.labels.find((one) => one.label !== "mend") || {}).label);
  return [
    make("del", { class: gone }, "crossed out"), " taken away ", make("span", { class: `tag ${gone}` }, "kind.rule"), " by this rule · ",
    make("del", { class: look("mend") }, "Ã©"), make("ins", { class: look("mend") }, make("span", { class: "arrow" }, "→"), "é"), " put right · ",
    "each kind has a colour and an underline of its own · a double line is a cut between stories",
  ];
}

// --- Stories ----------------------------------------------------------------------------------------------------------

function storyRows(doc, index) {
  const story = doc.stories.find((one) => one.index === index);
  if (!story) return [];
  const many = doc.stories.length > 1;
  const language = languageName(story.language);
  const facts = [
    many ? `Story ${index + 1} of ${doc.stories.length}` : "One story",
    foreign(story.kind) , many && story.main ? "the page's own" : null,
    make("span", {}, foreign(story.language), language ? ` (${language})` : "", story.score ? ` ${story.score.toFixed(2)}` : ""),
    plural(story.chars, "character"),
    story.before === null ? null : make("span", { class: "cut" }, `cut from the one before, score ${story.before.toFixed(2)}`),
  ].filter(Boolean);
  const line = make("tr", { class: `story${index ? " next" : ""}` },
    make("th", { colspan: 2, scope: "rowgroup" }, facts.flatMap((fact, n) => [n ? " · " : "", fact])));
  const fields = fieldRow(story.fields);
  return fields ? [line, fields] : [line];
}

function fieldRow(fields) {
  const names = Object.keys(fields);
  if (!names.length) return null;
  const parts = names.map((name) => [make("dt", {}, foreign(name)), make("dd", {}, fields[name].map((value) => foreign(value, "span", { dir: "auto", class: "fact" })))]);
  return make("tr", { class: "fields" },
    make("td", { class: "old" }, make("small", {}, "Facts found in it, kept as fields:")),
    make("td", { class: "new" }, make("dl", {}, parts)));
}

// --- Rejects ----------------------------------------------------------------------------------------------------------

function rejectView(one) {
  const clipped = one.bytes !== null && one.raw !== null && one.bytes > 2000 ? `, the first 2,000 of ${number(one.bytes)} bytes` : "";
  return make("div", { class: "reject" },
    make("p", {}, "This record was not published: ", foreign(one.reason, "code", { dir: "auto" }), one.detail ? [" (", foreign(one.detail), ")"] : "", "."),
    one.raw === null ? make("p", { class: "fine" }, "Its bytes were not kept.")
      : [make("h4", {}, `What was read${clipped}`), one.raw.trim() ? make("pre", { dir: "auto" }, one.raw) : make("p", { class: "fine" }, `Nothing but white space: ${plural(one.bytes, "byte")}.`)]);
}
