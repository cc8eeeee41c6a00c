// The upper part of the page: what adds up, what was struck, what the documents are like.

const DATA = JSON.parse(document.getElementById("data").textContent);
const FACTS = DATA.facts;
const DRAWN = DATA.drawn;
const at = (id) => document.getElementById(id);

const COLOURS = 8, PATTERNS = 5;

// The kinds that copydesk itself knows, so that each looks the same in every report; the first eight differ in colour.
const KNOWN = ["furniture", "mend", "read_also", "caption", "share", "foreign", "boundary", "nav", "splinter", "credit", "byline",
  "tags", "ad", "newsletter", "comments", "separator", "cookie", "dateline", "end_mark", "meta", "residue", "source_tail",
  "server", "shop", "forum"];
const LOOKS = new Map(KNOWN.map((label, n) => [label, n]));
for (const label of [...new Set([...FACTS.labels.map((one) => one.label), ...DATA.labels])].sort()) {
  if (!LOOKS.has(label)) LOOKS.set(label, ownLook(label));
}

/** A look for a kind that only this edition's packs know: by its name, and another one if that is taken here. */
function ownLook(label) {
  const all = COLOURS * PATTERNS, taken = new Set(LOOKS.values());
  const first = [...label].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) % 65521, 7);
  for (let n = 0; n < all; n++) if (!taken.has((first + n) % all)) return (first + n) % all;
  return first % all;
}

/** The classes by which a kind of stroke is told: a colour and an underline, in no combination twice among the first 40. */
function look(label) {
  const n = LOOKS.get(label) || 0;
  return `c${n % COLOURS} u${n % PATTERNS}`;
}

const TITLES = new Map(FACTS.labels.map((one) => [one.label, one.title]));
const WHYS = new Map(FACTS.rule_counts.map((one) => [one.rule, one.why]));

function showHead() {
  const title = FACTS.title || FACTS.name;
  document.title = printable(`${title} ${FACTS.version}: ${DRAWN.flagged ? "kept whole" : "report"}`);
  at("over").replaceChildren(...make("p", {}, "copydesk report · edition ", foreign(FACTS.version), FACTS.title ? [" · ", foreign(FACTS.name)] : null).childNodes);
  at("title").replaceChildren(foreign(title), DRAWN.flagged ? ": documents that were kept whole" : "");
  at("lede").replaceChildren(...make("p", {}, lede()).childNodes);
}

function lede() {
  const became = `${plural(FACTS.published, "scraped document")} became ${plural(FACTS.stories, "clean story", "clean stories")}. `;
  if (FACTS.annotated) return became + "No line was struck and no document cut: lines were only labelled. Letters were mended and emoji inside words taken out, on record.";
  const share = percent(lost());
  const rules = FACTS.rule_counts.length + FACTS.unlisted_rules;
  return `${became}${share} of the characters went, by strokes of ${plural(rules, "rule or step", "rules and steps")}. ` +
    (FACTS.restorable ? "Each stroke is on record and can be undone." : "Each stroke is on record, though not the text it took.");
}

const lost = () => (FACTS.characters_in ? Math.max(0, 1 - FACTS.characters_out / FACTS.characters_in) : 0);

// --- Accounts ---------------------------------------------------------------------------------------------------------

/** Numbers, each with what they count (of one, of several), and the signs between them. */
function equation(...parts) {
  return make("p", { class: "equation" }, parts.map((part) => typeof part === "string"
    ? make("span", { class: "sign" }, part)
    : make("span", { class: "term" }, make("b", {}, number(part[0])), make("span", {}, part[0] === 1 ? part[1] : part[2]))));
}

function block(title, ...content) {
  return make("div", { class: "block" }, make("h3", {}, title), content);
}

function showAccounts() {
  const sound = FACTS.read === FACTS.published + FACTS.rejected && FACTS.stories === FACTS.published + FACTS.cuts;
  at("accounts").append(
    make("p", { class: "about" }, sound
      ? "Yes: each record that was read is a document or a reject with its reason, and each cut made one story more."
      : "No: the accounts of this edition contradict each other. Build or fetch it again."),
    make("div", { class: "blocks" }, records(), volume(), guard(), harm()),
    identity(),
  );
}

function records() {
  const documents = [FACTS.published, "document", "documents"];
  return block("Records and stories",
    equation([FACTS.read, "record read", "records read"], "=", documents, "+", [FACTS.rejected, "reject", "rejects"]),
    equation([FACTS.stories, "story", "stories"], "=", documents, "+", [FACTS.cuts, "cut", "cuts"]));
}

function volume() {
  const disk = Object.values(FACTS.table_bytes).reduce((sum, bytes) => sum + bytes, 0);
  const table = barTable("Characters before and after", [{ title: "" }, { title: "characters", number: true }], [
    { cells: ["scraped", number(FACTS.characters_in)], bars: [[FACTS.characters_in, "hollow"]] },
    { cells: ["clean", number(FACTS.characters_out)], bars: [[FACTS.characters_out, ""]] },
  ], true);
  return block("Size", table, make("p", { class: "fine" },
    `${percent(lost(), 1)} of the characters went. On disk: ${size(FACTS.input_bytes)} of input files, ` +
    `${size(disk)} of tables${FACTS.restorable ? ", the removed text among them" : ""}.`));
}

function guard() {
  const limit = percent(FACTS.max_struck), of = `of ${plural(FACTS.published, "document")}`;
  const see = FACTS.needs_review && DATA.documents.some((one) => one.flagged) && !DRAWN.flagged
    ? make("button", { type: "button", class: "link", on: { click: () => choose({ show: "flagged" }) } }, "Look at them")
    : null;
  return block("Kept whole by the guard",
    equation([FACTS.needs_review, of, of]),
    make("p", { class: "fine" }, `A document of which more than ${limit} would be struck is kept whole and flagged needs_review, ` +
      "for a person to look at. Only its letters are mended and emoji inside its words taken out, on record. ", see));
}

function harm() {
  const harms = FACTS.measured.map((one) => one.harm);
  const range = harms.length ? `up to ${percent(Math.max(...harms), 2)}` : "not known";
  const rows = FACTS.measured.map((one) => make("tr", {}, make("th", { scope: "row" }, one.name, make("small", {}, ` (${number(one.documents)})`)),
    make("td", { class: "number" }, percent(one.harm, 2)), make("td", { class: "number" }, one.removed === null ? "" : percent(one.removed, 1))));
  const head = make("tr", {}, make("th", { scope: "col" }, "set (documents)"), make("th", { scope: "col", class: "number" }, "real text lost"), make("th", { scope: "col", class: "number" }, "noise gone"));
  const differs = FACTS.unlike_measured.length
    ? make("p", { class: "fine" }, "This edition was made with other settings than those that were measured: ", list(FACTS.unlike_measured), ".")
    : null;
  return block("Real text lost, as measured",
    make("p", { class: "equation" }, make("span", { class: "term" }, make("b", {}, range), make("span", {}, harms.length ? `of the words, on the hardest of ${plural(harms.length, "set")}` : ""))),
    make("p", { class: "fine" }, "Not of this edition, whose truth nobody knows: of public research sets, with the default settings of copydesk ",
      foreign(FACTS.measured_for), FACTS.measured_for === FACTS.copydesk ? "." : [" (the edition was made with ", foreign(FACTS.copydesk), ")."]),
    differs,
    make("details", {}, make("summary", {}, "The figures by set"), make("div", { class: "scroll" }, make("table", {}, make("thead", {}, head), make("tbody", {}, rows)))));
}

function list(names) {
  return names.flatMap((name, n) => [n ? ", " : "", foreign(name, "code", { dir: "auto" })]);
}

function identity() {
  const facts = [
    ["edition", FACTS.version + (FACTS.previous ? ` (compared with ${FACTS.previous})` : "")], ["made with", `copydesk ${FACTS.copydesk}`],
    ["data digest", FACTS.data_digest], ["recipe digest", FACTS.recipe], ["rule book digest", FACTS.rules],
  ];
  const digest = foreign(FACTS.data_digest.slice(0, 12), "code", { dir: "auto" });
  const recipe = foreign(FACTS.recipe.slice(0, 12), "code", { dir: "auto" });
  return make("details", { class: "identity" },
    make("summary", {}, "Edition ", foreign(FACTS.version), ", data ", digest, ", recipe ", recipe),
    make("dl", {}, facts.map(([name, value]) => [make("dt", {}, name), make("dd", {}, foreign(value, "code", { dir: "auto" }))])));
}

// --- What was struck --------------------------------------------------------------------------------------------------

function showStruck() {
  if (!FACTS.labels.length) {
    at("struck").append(make("p", { class: "about" }, FACTS.annotated ? "Nothing: this edition is annotated, and no word needed a repair." : "Nothing."));
    return;
  }
  if (FACTS.annotated) at("struck").append(make("p", { class: "about" }, "No line: this edition is annotated. What is listed here are repairs within words."));
  at("struck").append(
    make("p", { class: "about" }, "A stroke takes text out, or puts other text in its place. It bears the name of the rule that did it; " +
      "rules of one sort make a kind. Choose one to see documents that have it."),
    byKind(), byRule());
}

function chooser(text, choice, attributes = {}) {
  return make("button", { type: "button", class: "link", ...attributes, on: { click: () => choose(choice) } }, text);
}

function byKind() {
  const rows = FACTS.labels.map((one) => ({
    cells: [
      make("span", {}, make("span", { class: `swatch ${look(one.label)}`, "aria-hidden": "true" }, "abc"), " ",
        chooser(foreign(one.label), { label: one.label }), make("small", { class: "says" }, one.title)),
      number(one.characters), number(one.strokes), number(one.documents),
    ],
    bars: [[one.characters, look(one.label)]],
  }));
  return barTable("By kind", [{ title: "kind" }, { title: "characters", number: true }, { title: "strokes", number: true }, { title: "documents", number: true }], rows);
}

function byRule() {
  const rows = FACTS.rule_counts.map((one) => ({
    cells: [
      make("span", {}, make("span", { class: `swatch ${look(one.label)}`, "aria-hidden": "true" }, "abc"), " ",
        chooser(foreign(one.rule), { rule: one.rule }), make("small", { class: "says" }, one.why)),
      number(one.characters), number(one.strokes), number(one.documents),
    ],
    bars: [[one.characters, look(one.label)]],
  }));
  const table = barTable("By rule", [{ title: "rule" }, { title: "characters", number: true }, { title: "strokes", number: true }, { title: "documents", number: true }], rows);
  const more = FACTS.unlisted_rules ? ` ${plural(FACTS.unlisted_rules, "more rule is", "more rules are")} not listed.` : "";
  table.append(make("p", { class: "fine" }, "A stroke over mended letters counts for both rules, its characters for the one that struck." + more));
  return table;
}

// --- Documents and stories --------------------------------------------------------------------------------------------

function showShape() {
  at("shape").append(make("div", { class: "pictures" },
    shares(), lengths(), languages(), counts("Stories by kind", "kind", "stories", FACTS.kinds, "kind"), storiesEach(), cuts(), rejects(), times(), labelled()));
}

function shares() {
  const bins = FACTS.struck_share.map((bin, n) => ({
    count: bin.count,
    name: n === 0 ? "nothing" : `${Math.round(100 * bin.least)} to ${Math.round(100 * bin.below)}%`,
    tick: n === 0 ? "0" : n % 4 === 0 ? `${Math.round(100 * bin.below)}%` : "",
    class: n === 0 ? "hollow" : "",
  }));
  return histogram("How much of each document went", "Documents by the share of their characters that no story holds; the hollow bar: nothing.", bins);
}

function lengths() {
  const rows = FACTS.lengths_before.map((bin, n) => {
    const after = FACTS.lengths_after[n].count;
    const name = bin.below === 1 ? "0" : bin.below === 2 ? "1" : `${short(bin.least)} to ${short(bin.below)}`;
    return { cells: [name, number(bin.count), number(after)], bars: [[bin.count, "hollow"], [after, ""]] };
  });
  return barTable("Documents by length", [{ title: "characters" }, { title: "before", number: true }, { title: "after", number: true }], rows, true);
}

function counts(caption, title, unit, numbers, facet) {
  const total = Object.values(numbers).reduce((sum, count) => sum + count, 0) || 1;
  const rows = Object.entries(numbers).map(([name, count]) => ({
    cells: [facet ? chooser(foreign(name || "(none)"), { [facet === "kind" ? "story" : facet]: name }) : foreign(name || "(none)"), number(count), percent(count / total)],
    bars: [[count, ""]],
  }));
  return rows.length ? barTable(caption, [{ title }, { title: unit, number: true }, { title: "share", number: true }], rows) : null;
}

function languages() {
  const total = FACTS.stories || 1;
  const rows = Object.entries(FACTS.languages).map(([code, count]) => ({
    cells: [make("span", {}, chooser(foreign(code), { language: code }), " ", make("small", {}, languageName(code))), number(count), percent(count / total)],
    bars: [[count, ""]],
  }));
  return barTable("Stories by language", [{ title: "language" }, { title: "stories", number: true }, { title: "share", number: true }], rows);
}

function storiesEach() {
  const rows = FACTS.stories_each.filter((bin) => bin.count).map((bin) => ({
    cells: [bin.below === null ? `${bin.least} or more` : String(bin.least), number(bin.count), percent(bin.count / (FACTS.published || 1))],
    bars: [[bin.count, ""]],
  }));
  return barTable("Documents by number of stories", [{ title: "stories" }, { title: "documents", number: true }, { title: "share", number: true }], rows, true);
}

function cuts() {
  if (!FACTS.cuts) return null;
  const rows = FACTS.cut_scores.map((bin) => ({ bin, cells: [`${bin.least.toFixed(1)} to ${bin.below.toFixed(1)}`, number(bin.count)], bars: [[bin.count, ""]] }));
  const first = rows.findIndex((row) => row.bin.count);
  return barTable("Cuts by how sure they were", [{ title: "score" }, { title: "cuts", number: true }], rows.slice(Math.max(first, 0)), true);
}

function rejects() {
  const picture = counts("Rejects by reason", "reason", "records", FACTS.reasons, null);
  if (picture && DATA.rejects.length) {
    picture.append(make("button", { type: "button", class: "link", on: { click: () => choose({ show: "rejects" }) } }, "Look at rejects"));
  }
  return picture || make("div", { class: "picture" }, make("h3", {}, "Rejects by reason"), make("p", { class: "fine" }, "Nothing was rejected."));
}

function times() {
  if (!FACTS.stages.length) {
    return make("div", { class: "picture" }, make("h3", {}, "Time by stage"),
      make("p", { class: "fine" }, "Not recorded. ", make("code", {}, "copydesk build --profile"), " does; it is off because it would make the manifest differ from build to build."));
  }
  const total = FACTS.stages.reduce((sum, stage) => sum + stage.seconds, 0) || 1;
  const rows = FACTS.stages.map((stage) => ({ cells: [foreign(stage.title || stage.name), stage.seconds.toFixed(1), percent(stage.seconds / total)], bars: [[stage.seconds, ""]] }));
  return barTable("Time by stage", [{ title: "stage" }, { title: "seconds", number: true }, { title: "share", number: true }], rows, true);
}

const labelled = () => counts("Lines by label", "label", "lines", FACTS.lines, null);
