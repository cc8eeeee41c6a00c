// Keys, the dark, how the sample was drawn, and the order in which all of it is shown.

const narrow = window.matchMedia("(max-width: 760px)");
const dark = window.matchMedia("(prefers-color-scheme: dark)");

const HELP = [
  ["j", "→", "next document"], ["k", "←", "previous document"], ["n", "N", "next stroke, the one before"],
  ["v", "", "side by side, before, after"], ["/", "", "search"], ["Esc", "", "leave the search, close this"], ["?", "", "this list"],
];

const ACTS = {
  j: () => move(1), ArrowRight: () => move(1), k: () => move(-1), ArrowLeft: () => move(-1),
  n: () => nextStroke(1), N: () => nextStroke(-1), v: turn, "/": search, "?": help,
};

function turn() {
  const names = narrow.matches ? VIEWS.slice(1) : VIEWS;
  view = names[(names.indexOf(at("open").dataset.view) + 1) % names.length];
  if (open) showOpen();
}

function search() {
  at("documents").scrollIntoView();
  at("search").focus();
  at("search").select();
}

function help() {
  if (at("keys").open) at("keys").close();
  else at("keys").showModal();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target.closest && event.target.closest("input, select, textarea");
  if (event.key === "Escape" && field) field.blur();
  if (field || (at("keys").open && event.key !== "?")) return;
  const act = ACTS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}

function showHelp() {
  const rows = HELP.map(([key, other, what]) => make("tr", {}, make("th", { scope: "row" }, make("kbd", {}, key), other ? [" ", make("kbd", {}, other)] : ""), make("td", {}, what)));
  at("keys").append(make("h2", { id: "keys-title" }, "Keys"), make("table", {}, make("tbody", {}, rows)),
    make("button", { type: "button", on: { click: help } }, "Close"));
  at("help").addEventListener("click", help);
}

function showTheme() {
  const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const name = () => at("theme").replaceChildren(isDark() ? "Light" : "Dark");
  at("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    name();
  });
  dark.addEventListener("change", name);
  name();
}

function showParts() {
  const parts = [["accounts", "Does it add up?"], ["struck", "What was struck"], ["shape", "Documents and stories"]];
  parts.splice(DRAWN.flagged ? 0 : parts.length, 0, ["documents", "Before and after"]);
  at("parts").append(...parts.map(([id, text]) => make("a", { href: `#${id}` }, text)));
}

/** Say how the documents were drawn, so that nobody takes the rare ones for common. */
function showDrawn() {
  const told = DRAWN.flagged ? drawnFlagged() : drawnByLot();
  if (DRAWN.clipped) told.push(`${plural(DRAWN.clipped, "long document is", "long documents are")} shortened, and say${DRAWN.clipped === 1 ? "s" : ""} so.`);
  at("drawn").replaceChildren(told.join(" "));
  if (DATA.documents.length) at("legend").replaceChildren(...legend());
  at("foot").append(make("p", {}, "Written by copydesk report. Nothing on this page was loaded from elsewhere, and nothing leaves it."));
}

function drawnByLot() {
  const all = DRAWN.by_lot >= DRAWN.of;
  const told = [all ? (DRAWN.of === 1 ? "The one document of the edition is here." : `All ${number(DRAWN.of)} documents of the edition are here.`)
    : `${number(DRAWN.by_lot)} of ${plural(DRAWN.of, "document")} were drawn by lot (seed ${DRAWN.seed}): each had the same chance.`];
  if (DRAWN.by_lot < Math.min(DRAWN.asked, DRAWN.of)) told.push("More did not fit on the page.");
  if (DRAWN.for_strata) told.push(`${DRAWN.for_strata === 1 ? "1 more shows what the lot had missed; it says so, and tells" : `${number(DRAWN.for_strata)} more show rules, kinds and languages that the lot had missed; they say so, and tell`} nothing of how common these are.`);
  if (DRAWN.missing) told.push(`${number(DRAWN.missing)} of ${number(DRAWN.strata)} such groups did not fit on the page.`);
  if (FACTS.rejected) told.push(`${number(DRAWN.rejects)} of ${plural(FACTS.rejected, "reject")} ${DRAWN.rejects === 1 ? "is" : "are"} here too.`);
  return told;
}

function drawnFlagged() {
  if (!DRAWN.of) return ["No document of this edition was kept whole: nowhere would more than the guard allows have been struck."];
  const those = DRAWN.of === 1 && DRAWN.by_lot === 1 ? "The one document" : `${number(DRAWN.by_lot)} of ${plural(DRAWN.of, "document")}`;
  const order = DRAWN.why_not || DRAWN.by_lot < 2 ? "" : "; those of which most would have been struck come first";
  const told = [`${those} that the guard kept whole ${DRAWN.by_lot === 1 ? "is" : "are"} here${order}.`];
  told.push(DRAWN.why_not ? `What would have been struck cannot be told: ${DRAWN.why_not}.`
    : "The strokes are proposals: the edition does not have them, but for letters that were mended and emoji taken out of words.");
  return told;
}

/** Put the documents first where the page is about nothing else. */
function arrange() {
  if (DRAWN.flagged) at("accounts").before(at("documents"));
}

function start() {
  arrange();
  showHead();
  showAccounts();
  showStruck();
  showShape();
  collect();
  showDrawn();
  showFilters();
  showReader();
  showParts();
  showHelp();
  showTheme();
  showList();
  if (listed.length) show(listed[0], { quiet: true });
  else showNothing();
  fromAddress();
  document.addEventListener("keydown", onKey);
  window.addEventListener("hashchange", fromAddress);
  narrow.addEventListener("change", () => { if (open) showOpen(); });
}

start();
