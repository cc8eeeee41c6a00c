// Leafing through the documents: the list, the filters, the search, and the one that is open.

const VIEWS = ["both", "before", "after"];
const VIEW_NAMES = { both: "Side by side", before: "Before", after: "After" };
const NO_FILTER = { label: "", rule: "", language: "", story: "", show: "", text: "", order: "" };
const HIT = "hit";

const ITEMS = [];
const KEYS = new Map();
let filter = { ...NO_FILTER };
let listed = [];
let open = null;
let view = "both";
let strokeAt = -1;

function collect() {
  DATA.documents.forEach((doc) => ITEMS.push(documentItem(doc)));
  DATA.rejects.forEach((one, n) => ITEMS.push(rejectItem(one, n)));
  for (const item of ITEMS) {
    let key = item.key;
    for (let n = 2; KEYS.has(key); n++) key = `${item.key}.${n}`;
    item.key = key;
    KEYS.set(key, item);
  }
}

function documentItem(doc) {
  const strokes = doc.rows.flat().filter((piece) => piece.length > 2);
  const story = doc.stories.find((one) => one.main) || doc.stories[0];
  const opening = doc.rows.map(after).find((line) => line.trim()) || "";
  return {
    key: doc.id, doc, title: (story && story.title) || opening.trim().slice(0, 120) || "(nothing left)",
    rules: new Set(strokes.flatMap(partsOf)), labels: new Set(strokes.map(labelOf)),
    languages: new Set(doc.stories.map((one) => one.language)), kinds: new Set(doc.stories.map((one) => one.kind)),
    share: Math.max(0, doc.chars - doc.kept) / Math.max(1, doc.chars), chars: doc.chars,
    cut: Math.min(1, ...doc.stories.map((one) => (one.before === null ? 1 : one.before))), words: null,
  };
}

function rejectItem(one, n) {
  const none = new Set();
  return {
    key: `reject-${n + 1}`, reject: one, title: `${one.source}, record ${one.position}`, rules: none, labels: none, languages: none,
    kinds: none, share: -1, chars: one.bytes || 0, cut: 1, words: null,
  };
}

const folded = (text) => text.normalize("NFC").toLowerCase();

/** All that a search looks at: the text before and after, the title, where it is from, its rules. */
function wordsOf(item) {
  if (item.words === null) {
    const { doc, reject } = item;
    const parts = doc
      ? [doc.id, doc.source, doc.record, doc.meta, doc.rows.map((row) => row.map((piece) => removedOf(piece) || "").join("")).join(""),
         doc.rows.map(after).join(""), ...item.rules, ...item.labels, ...doc.stories.flatMap((one) => Object.values(one.fields).flat())]
      : [reject.source, reject.reason, reject.detail, reject.raw];
    item.words = folded([item.title, ...parts].filter(Boolean).join("\n"));
  }
  return item.words;
}

const SHOWS = {
  "": ["everything", () => true],
  ...(DRAWN.flagged ? {} : { lot: ["drawn by lot", (item) => item.doc && !item.doc.why] }),
  cut: ["cut into stories", (item) => item.doc && item.doc.stories.length > 1],
  flagged: ["kept whole by the guard", (item) => item.doc && item.doc.flagged],
  rejects: ["rejects", (item) => Boolean(item.reject)],
};

const ORDERS = {
  "": [DRAWN.flagged && DRAWN.proposals ? "the worst first" : "as drawn", null],
  share: ["most struck first", (a, b) => b.share - a.share],
  cut: ["least sure cut first", (a, b) => a.cut - b.cut],
  long: ["longest first", (a, b) => b.chars - a.chars],
};

function passes(item) {
  const { label, rule, language, story, show, text } = filter;
  return SHOWS[show][1](item)
    && (!label || item.labels.has(label)) && (!rule || item.rules.has(rule))
    && (!language || item.languages.has(language)) && (!story || item.kinds.has(story))
    && (!text || wordsOf(item).includes(folded(text)));
}

const wantedStroke = () => (filter.label || filter.rule
  ? (piece) => (!filter.label || labelOf(piece) === filter.label) && (!filter.rule || partsOf(piece).includes(filter.rule))
  : null);

// --- Filters ----------------------------------------------------------------------------------------------------------

function select(name, title, options) {
  const made = make("select", { id: `by-${name}`, "data-filter": name, on: { change: (event) => refine({ [name]: event.target.value }) } },
    options.map(([value, text]) => make("option", { value: "" }, text)));
  [...made.options].forEach((option, n) => { option.value = options[n][0]; });
  return make("label", { class: "filter" }, make("span", {}, title), made);
}

/** The choices of a filter: each name with how many of the documents here have it, and how many there are in all. */
function choices(every, names, totals, unit) {
  const here = new Map();
  for (const item of ITEMS) for (const name of item[names]) here.set(name, (here.get(name) || 0) + 1);
  const known = [...new Set([...totals.keys(), ...here.keys()])];
  const all = (name) => (totals.has(name) ? plural(totals.get(name), ...unit) : `? ${unit[1]}`);
  const options = known.map((name) => [name, `${name || "(none)"} · ${number(here.get(name) || 0)} here, ${all(name)} in all`]);
  return [["", every], ...options];
}

function showFilters() {
  const documents = ["document", "documents"], stories = ["story", "stories"];
  const totals = (rows, name) => new Map(rows.map((one) => [one[name], one.documents]));
  const search = make("input", { type: "search", id: "search", placeholder: "text, rule, file, id", autocomplete: "off", spellcheck: "false", on: { input: (event) => refine({ text: event.target.value }) } });
  const shows = Object.entries(SHOWS).map(([value, [text, test]]) => [value, `${text} · ${number(ITEMS.filter(test).length)}`]);
  at("filters").append(
    make("label", { class: "filter grow" }, make("span", {}, "Search ", make("kbd", {}, "/")), search),
    make("button", { type: "button", id: "more", "aria-expanded": "false", on: { click: moreFilters } }, "Filters"),
    select("show", "Show", shows),
    select("label", "Kind of noise", choices("any kind", "labels", totals(FACTS.labels, "label"), documents)),
    select("rule", "Rule", choices("any rule", "rules", totals(FACTS.rule_counts, "rule"), documents)),
    select("language", "Language", choices("any language", "languages", new Map(Object.entries(FACTS.languages)), stories)),
    select("story", "Kind of story", choices("any kind", "kinds", new Map(Object.entries(FACTS.kinds)), stories)),
    select("order", "Order", Object.entries(ORDERS).map(([value, [text]]) => [value, text])),
    make("button", { type: "reset", id: "clear" }, "Clear"));
  at("filters").addEventListener("submit", (event) => event.preventDefault());
  at("filters").addEventListener("reset", (event) => { event.preventDefault(); refine({ ...NO_FILTER }); });
}

function moreFilters() {
  at("more").setAttribute("aria-expanded", String(at("filters").classList.toggle("unfolded")));
}

/** Change the filter, and show what passes. */
function refine(change) {
  filter = { ...filter, ...change };
  for (const field of at("filters").querySelectorAll("[data-filter]")) field.value = filter[field.dataset.filter];
  if (at("search").value !== filter.text) at("search").value = filter.text;
  showList();
  if (!listed.length) showNothing();
  else if (!listed.includes(open)) show(listed[0]);
  else showOpen();
}

/** A choice made elsewhere on the page: forget the filters and go to the documents. */
function choose(choice) {
  refine({ ...NO_FILTER, ...choice });
  at("documents").scrollIntoView();
  if (open && (choice.rule || choice.label)) nextStroke(1);
}

// --- The list ---------------------------------------------------------------------------------------------------------

function showReader() {
  at("reader").append(
    make("div", { class: "side" },
      make("p", { class: "count", id: "count", role: "status" }),
      make("button", { type: "button", id: "unfold", "aria-expanded": "false", "aria-controls": "list", on: { click: unfold } }, "Choose from the list"),
      make("ol", { id: "list" })),
    make("article", { id: "open", tabindex: "-1", "data-view": view, "aria-labelledby": "open-title" }));
}

function unfold() {
  const unfolded = at("reader").classList.toggle("unfolded");
  at("unfold").setAttribute("aria-expanded", String(unfolded));
}

function showList() {
  const order = ORDERS[filter.order][1];
  listed = ITEMS.filter(passes);
  if (order) listed.sort(order);
  at("count").replaceChildren(`${number(listed.length)} of ${number(ITEMS.length)} on this page`);
  at("list").replaceChildren(...listed.map(entry));
}

function entry(item) {
  item.link = make("a", { href: `#doc=${encodeURIComponent(wellFormed(item.key))}`, on: { click: (event) => { event.preventDefault(); show(item); } } },
    foreign(item.title, "span", { class: "name", dir: "auto" }), make("small", {}, hint(item)));
  return make("li", { class: item.reject ? "rejected" : null }, item.link);
}

function wellFormed(text) {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

function hint(item) {
  if (item.reject) return ["reject · ", foreign(item.reject.reason)];
  const { doc } = item;
  const parts = [[...item.languages].slice(0, 3).join(" "), less(item.share)];
  if (doc.stories.length > 1) parts.push(`${doc.stories.length} stories`);
  if (doc.proposal) parts.push("proposed");
  else if (doc.flagged) parts.push("kept whole");
  return parts.join(" · ");
}

// --- The one that is open ---------------------------------------------------------------------------------------------

function show(item, how) {
  open = item;
  strokeAt = -1;
  if (!how || !how.quiet) history.replaceState(null, "", `#doc=${encodeURIComponent(wellFormed(item.key))}`);
  showOpen();
  at("reader").classList.remove("unfolded");
  at("unfold").setAttribute("aria-expanded", "false");
}

function showOpen() {
  for (const item of ITEMS) if (item.link) item.link.removeAttribute("aria-current");
  if (open.link) {
    open.link.setAttribute("aria-current", "true");
    const list = at("list");
    const top = open.link.parentElement.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + open.link.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 3;
  }
  at("open").replaceChildren(...(open.doc ? documentView(open) : [...titleLine(open, []), rejectView(open.reject)]));
  mark();
}

function showNothing() {
  open = null;
  at("open").replaceChildren(make("p", { class: "note" }, ITEMS.length ? "No document here fits. The sample is a part of the edition: what is not here may be there." : nothing()));
  mark();
}

function nothing() {
  return DRAWN.flagged ? "No document of this edition was kept whole." : "There are no documents to show.";
}

function titleLine(item, facts) {
  const n = listed.indexOf(item);
  const step = (by, sign, what) => make("button", { type: "button", title: what, "aria-label": what, disabled: !listed[n + by], on: { click: () => move(by) } }, sign);
  return [
    make("div", { class: "title-line" },
      make("h3", { id: "open-title", dir: "auto" }, foreign(item.title)),
      make("div", { class: "steps" }, make("span", { class: "fine" }, `${n + 1} of ${listed.length}`), step(-1, "←", "Previous document"), step(1, "→", "Next document"))),
    make("p", { class: "facts" }, facts),
  ];
}

function documentView(item) {
  const { doc } = item;
  const facts = [
    make("span", {}, foreign(doc.source), `, record ${doc.position}`), doc.record ? make("span", {}, "id ", foreign(doc.record)) : null,
    `${number(doc.chars)} → ${doc.proposal ? "would be " : ""}${plural(doc.kept, "character")} (${less(item.share)})`,
    plural(doc.stories.length, "story", "stories"), why(doc),
    make("a", { href: `#doc=${encodeURIComponent(wellFormed(item.key))}`, title: "A link to this document" }, foreign(doc.id.slice(0, 12), "code")),
  ].filter(Boolean).flatMap((fact, n) => [n ? " · " : "", fact]);
  return [...titleLine(item, facts), ...notes(doc), viewSwitch(), documentTable(doc, wantedStroke()), meta(doc)].filter(Boolean);
}

function why(doc) {
  if (DRAWN.flagged || DRAWN.by_lot >= DRAWN.of) return null;
  return doc.why ? make("span", {}, "here to show ", doc.why[0] === "struck" || doc.why[0] === "cut" ? doc.why[1] : [`the ${doc.why[0]} `, foreign(doc.why[1], "code", { dir: "auto" })]) : "drawn by lot";
}

function notes(doc) {
  const found = [];
  if (doc.proposal) {
    found.push("Published whole: too much would have been struck. What is marked here is a proposal: what the same recipe strikes without the guard. None of it was done, but for repairs within words (mend, splinter).");
  } else if (doc.flagged) {
    found.push(`Published whole: more than ${percent(FACTS.max_struck)} would have been struck. copydesk report --flagged shows what.`);
  }
  if (doc.left) found.push(`A long document: ${plural(doc.left, "character")} of it ${doc.left === 1 ? "is" : "are"} left out here. copydesk explain shows every stroke.`);
  return found.map((text) => make("p", { class: "note" }, text));
}

function viewSwitch() {
  const names = narrow.matches ? VIEWS.slice(1) : VIEWS;
  const now = names.includes(view) ? view : names[0];
  at("open").dataset.view = now;
  return make("div", { class: "views", role: "group", "aria-label": "What is shown" }, names.map((name) =>
    make("button", { type: "button", "aria-pressed": String(name === now), on: { click: () => { view = name; showOpen(); } } }, VIEW_NAMES[name])));
}

function meta(doc) {
  return doc.meta ? make("details", { class: "meta" }, make("summary", {}, "Other fields of the record"), make("pre", { dir: "auto" }, doc.meta)) : null;
}

// --- Moving about -----------------------------------------------------------------------------------------------------

function move(by) {
  const next = listed[listed.indexOf(open) + by];
  if (!next) return;
  show(next);
  if (at("open").getBoundingClientRect().top < 0) at("open").scrollIntoView();
}

function nextStroke(by) {
  const wanted = at("open").querySelectorAll("del.wanted, ins.wanted");
  const all = [...(wanted.length ? wanted : at("open").querySelectorAll("td.old del, td.old ins"))].filter((one) => one.getClientRects().length);
  if (!all.length) return;
  strokeAt = (strokeAt + by + all.length) % all.length;
  for (const one of all) one.classList.remove("here");
  all[strokeAt].classList.add("here");
  all[strokeAt].scrollIntoView({ block: "center" });
}

/** Mark what was searched for, without touching the elements. */
function mark() {
  if (!window.Highlight || !CSS.highlights) return;
  CSS.highlights.delete(HIT);
  const text = filter.text.toLowerCase();
  if (!text || !open) return;
  const ranges = [];
  const walker = document.createTreeWalker(at("open"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && ranges.length < 1000; node = walker.nextNode()) {
    const low = node.data.toLowerCase();
    if (low.length !== node.data.length) continue;
    for (let found = low.indexOf(text); found >= 0; found = low.indexOf(text, found + text.length)) {
      const range = new Range();
      range.setStart(node, found);
      range.setEnd(node, found + text.length);
      ranges.push(range);
    }
  }
  if (ranges.length) CSS.highlights.set(HIT, new Highlight(...ranges));
}

function fromAddress() {
  const found = /^#doc=(.*)$/s.exec(location.hash);
  if (!found) return false;
  let key = found[1];
  try { key = decodeURIComponent(key); } catch { /* as it is */ }
  const item = KEYS.get(key) || ITEMS.find((one) => wellFormed(one.key) === key);
  if (item) {
    if (!listed.includes(item)) refine({ ...NO_FILTER });
    show(item, { quiet: true });
  } else {
    open = null;
    at("open").replaceChildren(make("p", { class: "note" }, "This document is not in the sample: ", foreign(key, "code", { dir: "auto" }), ". copydesk explain DIR ID shows it, with the edition's folder for DIR."));
  }
  at("documents").scrollIntoView();
  return true;
}
