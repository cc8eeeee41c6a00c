// Making elements. Whatever is not of this page (names, texts) gets into it by createTextNode and nothing else.

const NAMES = {
  0xad: "SHY", 0x61c: "ALM", 0x200b: "ZWSP", 0x200e: "LRM", 0x200f: "RLM", 0x2028: "LS", 0x2029: "PS", 0x202a: "LRE",
  0x202b: "RLE", 0x202c: "PDF", 0x202d: "LRO", 0x202e: "RLO", 0x2060: "WJ", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI",
  0x2069: "PDI", 0xfeff: "BOM",
};

// Characters that act or cannot be seen; not the joiners that scripts and emoji need, nor line feeds and tabs.
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

function symbol(code) {
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return NAMES[code] || "U+" + code.toString(16).toUpperCase().padStart(4, "0");
}

/** Append a text to an element; what cannot be seen in it becomes a symbol. */
function write(parent, text) {
  let done = 0;
  for (const found of text.matchAll(UNSEEN)) {
    if (found.index > done) parent.append(document.createTextNode(text.slice(done, found.index)));
    const code = found[0].codePointAt(0);
    const mark = document.createElement("span");
    mark.className = "unseen";
    mark.title = "U+" + code.toString(16).toUpperCase().padStart(4, "0");
    mark.append(document.createTextNode(symbol(code)));
    parent.append(mark);
    done = found.index + found[0].length;
  }
  if (done < text.length) parent.append(document.createTextNode(text.slice(done)));
  return parent;
}

/** Make an element: attributes by name, `on` for listeners; strings among the children become text. */
function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, printable(String(value)));
  }
  fill(made, children);
  return made;
}

function fill(made, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    if (child instanceof Node) made.append(child);
    else write(made, String(child));
  }
}

/** Make an attribute's text harmless: tooltips know no elements. */
function printable(text) {
  return text.replace(UNSEEN, (char) => symbol(char.codePointAt(0)));
}

function drawing(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  for (const child of children) made.append(child instanceof Node ? child : document.createTextNode(child));
  return made;
}

/** A name that came from elsewhere, kept apart from the words around it in whichever direction it runs. */
function foreign(text, tag = "bdi", attributes = {}) {
  return make(tag, attributes, String(text));
}

const NUMBER = new Intl.NumberFormat("en");
const number = (value) => NUMBER.format(value);
const plural = (count, one, many) => number(count) + " " + (count === 1 ? one : many || one + "s");

function percent(share, digits) {
  if (digits === undefined && share < 0.001) return share > 0 ? "<0.1%" : "0%";
  return (100 * share).toFixed(digits === undefined ? (share >= 0.1 ? 0 : 1) : digits) + "%";
}

/** What is gone, as a change. */
function less(share) {
  return share < 0.001 ? percent(share) : "−" + percent(share);
}

function short(value) {
  if (value < 1000) return String(value);
  const unit = value < 1e6 ? [1e3, "k"] : value < 1e9 ? [1e6, "M"] : [1e9, "G"];
  const scaled = value / unit[0];
  return (scaled < 10 ? scaled.toFixed(1).replace(".0", "") : Math.round(scaled)) + unit[1];
}

function size(bytes) {
  return bytes < 1e3 ? bytes + " bytes" : bytes < 1e6 ? (bytes / 1e3).toFixed(0) + " kB" : bytes < 1e9 ? (bytes / 1e6).toFixed(1) + " MB" : (bytes / 1e9).toFixed(1) + " GB";
}

let languageNames = null;
function languageName(code) {
  if (code === "und") return "unknown";
  try {
    languageNames = languageNames || new Intl.DisplayNames(["en"], { type: "language" });
    const name = languageNames.of(code);
    return name === code ? "" : name;
  } catch {
    return "";
  }
}
