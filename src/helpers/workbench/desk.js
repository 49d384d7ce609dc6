// The coding desk's surface. Python keeps codings and files; here is only what is shown and what a hand does.
// Positions in messages are Unicode code points of the whole text; the browser counts UTF-16 units within a paragraph.

const SILENCE = 8000; // milliseconds without an answer of the kernel
const SELECTION = "coding-desk-selection";

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const toUnits = (text, points) => [...text].slice(0, points).join("").length;
const toPoints = (text, units) => [...text.slice(0, units)].length;
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
// The colour of a code as a line that can be seen on a light and on a dark ground.
const line = (colour) => `oklch(from ${colour} clamp(var(--desk-darkest), l, var(--desk-lightest)) c h)`;
const nameOf = (mark) => `${mark.start}-${mark.end}-${mark.code}-${mark.coder}`;

class Desk {
  constructor(model, element) {
    this.model = model;
    this.id = `desk-${crypto.randomUUID().slice(0, 8)}`;
    this.selected = null; // {start, end} of the text; equal: only a cursor
    this.paragraphs = new Map();
    this.shown = {};
    this.redrawing = false;
    this.pressed = false; // a hand is selecting with the mouse: what would redraw the text waits until it lets go
    this.late = [];
    this.asked = 0; // questions the kernel has not answered yet
    this.afterwards = []; // what waits until it has
    this.current = ""; // the code whose definition is shown
    this.root = make("section", { class: "coding-desk", "data-lm-suppress-shortcuts": "true" });
    element.append(this.root);
    this.receive = (message) => (this.pressed ? this.late.push(message) : this.take(message));
    this.moved = () => this.noteSelection();
    this.released = () => this.letGo();
    model.on("msg:custom", this.receive);
    document.addEventListener("selectionchange", this.moved);
    for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, this.released);
    this.resized = new ResizeObserver(() => this.placeNotes());
    this.send("hello");
  }

  close() {
    this.model.off("msg:custom", this.receive);
    document.removeEventListener("selectionchange", this.moved);
    for (const type of ["pointerup", "pointercancel"]) document.removeEventListener(type, this.released);
    this.resized.disconnect();
    clearTimeout(this.waiting);
    CSS.highlights?.delete(SELECTION);
  }

  // ---- to and from the kernel

  // Hands may be faster than the kernel: what depends on codings that are still on their way waits for them, and all that comes after it too.
  send(what, values = {}) {
    if (this.afterwards.length) this.afterwards.push(() => this.ask(what, values));
    else this.ask(what, values);
  }

  whenAnswered(act) {
    if (this.asked) this.afterwards.push(act);
    else act();
  }

  ask(what, values) {
    if (this.state && what !== "look") this.status.textContent = this.words.saving;
    this.asked += 1;
    this.listenFor();
    this.model.send({ do: what, ...values });
  }

  listenFor() {
    clearTimeout(this.waiting);
    if (this.asked) this.waiting = setTimeout(() => this.giveUp(), SILENCE);
  }

  giveUp() {
    this.asked = 0;
    this.afterwards = [];
    if (this.state) this.tell(this.words.silent);
  }

  take(message) {
    this.asked = Math.max(0, this.asked - 1);
    this.listenFor();
    if (message.words && !this.words) this.build(message);
    if (!this.words) return this.send("hello");
    this.state = message.state;
    this.codes = new Map(this.state.codes.map((code) => [code.code, code]));
    if (message.page) this.showPage(message.page);
    this.once("documents", this.state.documents.map((entry) => [entry, entry.document === this.state.document]), () => this.showDocuments());
    this.once("codes", this.state.codes, () => this.showCodes());
    this.showMarks();
    this.showStatus();
    this.tell(message.refusal, message.news);
    if (message.did) this.after(message);
    while (!this.asked && this.afterwards.length) this.afterwards.shift()();
  }

  letGo() {
    this.pressed = false;
    for (const message of this.late.splice(0)) this.take(message);
  }

  // What looks as before stays as it is, and keeps the focus where it is.
  once(part, content, show) {
    const now = JSON.stringify(content);
    if (this.shown[part] === now) return;
    this.shown[part] = now;
    this.redrawing = true;
    show();
    this.redrawing = false;
  }

  after({ did, refusal }) {
    if (did !== "add_code" && did !== "rename_code") return;
    const form = this.side.querySelector("form:not([hidden])");
    if (!form) return;
    form.querySelector("[role=alert]").textContent = refusal || "";
    if (refusal) return;
    this.closeForm();
  }

  // ---- the parts, built once

  build({ words, language, coder }) {
    this.words = words;
    this.coder = coder;
    this.root.lang = language;
    this.root.setAttribute("aria-label", words.name);
    this.undo = make("button", { type: "button", onclick: () => this.send("undo"), title: "Ctrl Z" }, "↶ ", words.undo);
    this.redo = make("button", { type: "button", onclick: () => this.send("redo"), title: "Ctrl Y" }, "↷ ", words.redo);
    this.status = make("p", { class: "status", role: "status" });
    this.notice = make("div", { class: "notice", role: "alert" });
    this.keys = make("dl", { class: "keys", id: `${this.id}-keys`, hidden: true });
    for (const [key, meaning] of words.key_list) this.keys.append(make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, meaning)));
    this.help = make("button", { type: "button", "aria-expanded": "false", "aria-controls": this.keys.id, onclick: () => this.toggleKeys() }, words.keys);
    const who = make("p", { class: "who" }, coder || words.nobody);
    this.documents = make("ul");
    this.notes = make("div", { class: "notes", role: "group", "aria-label": words.notes });
    this.text = make("div", { class: "text", role: "textbox", "aria-multiline": "true", "aria-readonly": "true", contenteditable: "true", spellcheck: "false", tabindex: "0" });
    this.scroller = make("div", { class: "scroller" }, this.text, this.notes);
    this.here = make("div", { class: "here", role: "group", "aria-label": words.here });
    this.spoken = make("p", { class: "spoken", "aria-live": "polite" });
    this.side = make("div", { class: "codes", role: "group", "aria-label": words.codes }, ...this.buildCodes());
    this.root.append(
      make("div", { class: "bar" }, who, this.undo, this.redo, this.status, this.help),
      this.keys,
      this.notice,
      make(
        "div",
        { class: "panes" },
        make("nav", { class: "documents", "aria-label": words.transcripts }, make("p", { class: "title" }, words.transcripts), this.documents),
        make("div", { class: "reading" }, this.scroller, this.here, this.spoken),
        this.side,
      ),
    );
    this.listen();
    this.resized.observe(this.scroller);
  }

  buildCodes() {
    const { words } = this;
    this.search = make("input", { type: "search", placeholder: `${words.search}  /`, "aria-label": words.search, autocomplete: "off" });
    this.search.addEventListener("input", () => this.filter());
    const add = make("button", { type: "button", class: "add", onclick: () => this.openForm() }, "+ ", words.new_code);
    add.disabled = !this.coder;
    this.tree = make("ul", { class: "tree", role: "tree", "aria-label": words.codes });
    this.empty = make("p", { class: "empty" });
    this.definition = make("div", { class: "definition", id: `${this.id}-definition` });
    this.list = make("div", { class: "list" }, make("div", { class: "find" }, this.search, add), this.tree, this.empty, this.definition);
    this.form = make("form", { hidden: true, onsubmit: (event) => event.preventDefault() });
    return [this.list, this.form];
  }

  listen() {
    this.root.addEventListener("keydown", (event) => this.key(event));
    for (const type of ["keypress", "keyup", "copy"]) this.root.addEventListener(type, (event) => event.stopPropagation());
    // The text is a textbox for the sake of its cursor only: nothing changes it.
    for (const type of ["beforeinput", "drop", "dragstart"]) this.text.addEventListener(type, (event) => event.preventDefault());
    this.text.addEventListener("pointerdown", () => { this.pressed = true; });
    this.text.addEventListener("input", () => this.showPage(this.page) || this.showMarks()); // an input method may write all the same
    this.text.addEventListener("mouseover", (event) => this.near(event.target.closest("[data-marks]")?.dataset.marks.split(" ") ?? []));
    this.text.addEventListener("mouseleave", () => this.near([]));
    this.root.addEventListener("focusin", (event) => {
      if (!this.redrawing && !this.root.contains(event.relatedTarget)) this.send("look");
      this.paintSelection();
    });
    this.root.addEventListener("focusout", () => setTimeout(() => this.paintSelection()));
    // A click on a button must not take the selection away from the text.
    for (const part of [this.tree, this.here, this.notes]) part.addEventListener("mousedown", (event) => event.preventDefault());
    this.tree.addEventListener("click", (event) => this.clickCode(event.target.closest("[role=treeitem]")?.dataset.code));
    this.tree.addEventListener("mouseover", (event) => this.define(event.target.closest("[role=treeitem]")?.dataset.code ?? this.current));
    this.tree.addEventListener("mouseleave", () => this.define(this.current));
    this.tree.addEventListener("focusin", (event) => this.setCurrent(event.target.dataset.code));
  }

  // ---- showing

  showDocuments() {
    const buttons = this.state.documents.map(({ document, role, count }) =>
      make(
        "li",
        {},
        make(
          "button",
          { type: "button", "aria-current": document === this.state.document ? "true" : null, onclick: () => this.send("open", { document }) },
          make("span", { class: "id" }, document),
          make("span", { class: "count" }, String(count)),
          role ? make("span", { class: "role" }, role) : null,
        ),
      ),
    );
    const focused = [...this.documents.querySelectorAll("button")].indexOf(document.activeElement);
    this.documents.replaceChildren(...buttons);
    if (focused >= 0) buttons[focused]?.firstChild.focus();
  }

  showPage(page) {
    this.page = page;
    this.selected = null;
    this.text.lang = "de";
    this.text.setAttribute("aria-label", fill(this.words.transcript, { document: page.document }));
    this.paragraphs = new Map();
    this.sentences = null;
    const rows = page.segments.map((segment) => {
      const paragraph = make("p", { class: segment.kind, "data-number": segment.number });
      const time = segment.time === null ? "" : clock(segment.time);
      paragraph.classList.toggle("timed", Boolean(time));
      paragraph.dataset.voice = segment.speaker ? `${segment.speaker}${time ? `\n${time}` : ""}` : "";
      segment.end = segment.start + [...segment.text].length;
      paragraph.segment = segment;
      this.paragraphs.set(paragraph, null);
      return paragraph;
    });
    this.text.replaceChildren(...rows);
    this.scroller.scrollTop = 0;
    this.showHere();
  }

  showMarks() {
    const inText = document.activeElement === this.text;
    if (inText) this.noteSelection(); // the browser tells of a selection only some time after the key that made it
    const held = inText ? this.selected : null;
    let changed = false;
    for (const [paragraph, before] of this.paragraphs) {
      const { segment } = paragraph;
      const marks = this.state.marks.filter((mark) => mark.start < segment.end && segment.start < mark.end);
      const now = JSON.stringify(marks.map((mark) => [nameOf(mark), this.codes.get(mark.code)?.colour, this.codes.get(mark.code)?.label]));
      if (now === before) continue;
      this.paragraphs.set(paragraph, now);
      this.draw(paragraph, marks);
      changed = true;
    }
    if (changed && held) this.select(held.start, held.end, { scroll: false });
    if (changed) this.showNotes();
    this.paintSelection();
    this.showHere();
  }

  draw(paragraph, marks) {
    const { segment } = paragraph;
    const letters = [...segment.text];
    const lanes = laid(marks);
    const cuts = new Set([segment.start, segment.end]);
    for (const mark of marks) cuts.add(Math.max(mark.start, segment.start)).add(Math.min(mark.end, segment.end));
    const edges = [...cuts].sort((one, other) => one - other);
    const pieces = edges.slice(1).map((end, place) => {
      const start = edges[place];
      const piece = letters.slice(start - segment.start, end - segment.start).join("");
      const covering = marks.filter((mark) => mark.start <= start && end <= mark.end);
      return covering.length ? this.underlined(piece, covering, lanes) : piece;
    });
    paragraph.style.setProperty("--lanes", lanes.count);
    paragraph.replaceChildren(...pieces);
  }

  underlined(piece, marks, lanes) {
    const span = make("span", { title: marks.map((mark) => this.labelOf(mark)).join(" · "), "data-marks": marks.map(nameOf).join(" ") }, piece);
    const images = marks.map((mark) => {
      const colour = line(this.codes.get(mark.code)?.colour ?? "#777777");
      return mark.own ? `linear-gradient(${colour}, ${colour})` : `repeating-linear-gradient(90deg, ${colour} 0 5px, transparent 5px 9px)`;
    });
    span.style.backgroundImage = images.join(", ");
    span.style.backgroundPosition = marks.map((mark) => `0 calc(100% - ${(lanes.count - 1 - lanes.of(mark)) * 5}px)`).join(", ");
    span.style.paddingBottom = `${lanes.count * 5}px`;
    return span;
  }

  labelOf(mark) {
    const label = this.codes.get(mark.code)?.label ?? mark.code;
    return mark.own ? label : `${label} (${mark.coder})`;
  }

  showNotes() {
    const notes = [];
    for (const paragraph of this.paragraphs.keys()) {
      const { segment } = paragraph;
      for (const mark of this.state.marks) {
        const begins = mark.start >= segment.start && mark.start < segment.end;
        if (!begins) continue;
        const note = make("button", { type: "button", class: mark.own ? "" : "other", tabindex: "-1", "data-mark": nameOf(mark), onclick: () => this.select(mark.start, mark.end) }, this.labelOf(mark));
        note.style.setProperty("--line", line(this.codes.get(mark.code)?.colour ?? "#777777"));
        note.paragraph = paragraph;
        note.addEventListener("mouseenter", () => this.near([nameOf(mark)]));
        note.addEventListener("mouseleave", () => this.near([]));
        notes.push(note);
      }
    }
    this.notes.replaceChildren(...notes);
    this.placeNotes();
  }

  placeNotes() {
    if (!this.page || getComputedStyle(this.notes).display === "none") return;
    let free = 0;
    const tops = [...this.notes.children].map((note) => {
      const top = Math.max(note.paragraph.offsetTop, free);
      free = top + note.offsetHeight + 2;
      return top;
    });
    [...this.notes.children].forEach((note, place) => { note.style.top = `${tops[place]}px`; });
    this.text.style.minHeight = `${free}px`;
  }

  near(names) {
    const wanted = new Set(names);
    for (const span of this.text.querySelectorAll("[data-marks]")) span.classList.toggle("near", span.dataset.marks.split(" ").some((name) => wanted.has(name)));
    for (const note of this.notes.children) note.classList.toggle("near", wanted.has(note.dataset.mark));
  }

  showCodes() {
    const focused = this.tree.contains(document.activeElement) ? document.activeElement.dataset.code : null;
    const item = (code, level) => {
      const below = this.state.codes.filter((other) => other.parent === code.code);
      const label = make("span", { class: "label", id: `${this.id}-${code.code}` }, code.label);
      const row = make("div", { class: "row" }, make("span", { class: "swatch" }), label, make("span", { class: "count" }, code.count ? String(code.count) : ""), code.key ? make("kbd", {}, code.key) : make("span"));
      row.style.setProperty("--line", line(code.colour));
      const shortcut = code.key || null;
      return make(
        "li",
        { role: "treeitem", tabindex: "-1", "aria-level": level, "aria-labelledby": label.id, "aria-describedby": this.definition.id, "aria-keyshortcuts": shortcut, "data-code": code.code, "aria-expanded": below.length ? "true" : null },
        row,
        below.length ? make("ul", { role: "group" }, ...below.map((other) => item(other, level + 1))) : null,
      );
    };
    const known = new Set(this.codes.keys());
    this.tree.replaceChildren(...this.state.codes.filter((code) => !known.has(code.parent)).map((code) => item(code, 1)));
    if (!this.codes.has(this.current)) this.current = this.state.codes[0]?.code ?? "";
    this.filter();
    if (focused) this.itemOf(focused)?.focus();
  }

  itemOf(code) {
    return this.tree.querySelector(`[data-code="${CSS.escape(code)}"]`);
  }

  filter() {
    const sought = this.search.value.trim().toLowerCase();
    let found = 0;
    const show = (item) => {
      const code = this.codes.get(item.dataset.code);
      const own = !sought || `${code.label} ${code.definition}`.toLowerCase().includes(sought);
      const below = [...(item.querySelector("[role=group]")?.children ?? [])].map(show).some(Boolean);
      item.classList.toggle("path", !own && below);
      item.hidden = !own && !below;
      found += own ? 1 : 0;
      return own || below;
    };
    [...this.tree.children].forEach(show);
    this.tree.hidden = !found;
    this.empty.textContent = found ? "" : this.state.codes.length ? this.words.nothing_found : this.words.no_codes;
    this.setCurrent(this.current);
  }

  shownItems() {
    return [...this.tree.querySelectorAll("[role=treeitem]")].filter((item) => !item.hidden && !item.closest("[hidden]"));
  }

  setCurrent(code) {
    this.current = code;
    const items = this.shownItems();
    const stop = items.find((item) => item.dataset.code === code) ?? items[0];
    for (const item of this.tree.querySelectorAll("[role=treeitem]")) {
      item.tabIndex = item === stop ? 0 : -1;
      item.setAttribute("aria-selected", String(item === stop));
    }
    this.define(code);
  }

  define(name) {
    const code = this.codes.get(name);
    if (!code) {
      delete this.definition.dataset.shown;
      return this.definition.replaceChildren();
    }
    if (name !== this.current && this.definition.contains(document.activeElement)) return undefined; // the mouse takes no focus away
    if (this.definition.dataset.shown === JSON.stringify(code)) return;
    this.definition.dataset.shown = JSON.stringify(code);
    const { words } = this;
    const parts = ["rule", "anchor", "exclusion"].filter((part) => code[part]);
    const more = make("details", { open: this.unfolded ? "" : null }, make("summary", {}, words.more));
    more.addEventListener("toggle", () => { this.unfolded = more.open; });
    for (const part of parts) more.append(make("p", { class: "title" }, words[part]), make("p", {}, code[part]));
    const heading = make("p", { class: "name" }, code.label);
    heading.style.setProperty("--line", line(code.colour));
    const rename = this.coder ? make("button", { type: "button", onclick: () => this.openRename(code) }, words.rename) : null;
    this.definition.replaceChildren(
      make("div", { class: "head" }, heading, rename),
      make("p", {}, code.definition),
      make("p", { class: "quiet" }, [fill(words.times, { count: code.count }), code.key ? fill(words.shortcut, { key: code.key }) : ""].filter(Boolean).join(" · ")),
      ...(parts.length ? [more] : []),
    );
  }

  showStatus() {
    const { state, words } = this;
    const saved = state.saved ? fill(words.saved, { time: state.saved }) : words.unchanged;
    this.status.textContent = this.coder ? `${state.count} ${fill(words.codings_of, { coder: this.coder })} · ${saved}` : "";
    this.undo.disabled = !state.can_undo;
    this.redo.disabled = !state.can_redo;
  }

  tell(refusal, news = []) {
    this.news = [...(this.news ?? []), ...news].filter((text, place, all) => all.indexOf(text) === place);
    const texts = [...this.news, ...(refusal ? [refusal] : [])];
    const close = make("button", { type: "button", "aria-label": this.words.close, title: this.words.close, onclick: () => { this.news = []; this.notice.replaceChildren(); } }, "×");
    this.notice.replaceChildren(...(texts.length ? [make("div", {}, ...texts.map((text) => make("p", {}, text))), close] : []));
  }

  // What is selected, and the codings there, with what can be done to them.
  showHere() {
    const marks = this.marksHere();
    const { words, selected } = this;
    const range = selected && selected.start < selected.end;
    const shown = JSON.stringify([range ? selected : null, marks.map((mark) => [nameOf(mark), this.labelOf(mark)])]);
    if (shown === this.here.dataset.shown) return;
    this.here.dataset.shown = shown;
    const idle = this.coder ? words.nothing_here : words.reading_only_here;
    const quote = range ? this.excerpt(selected.start, selected.end) : "";
    const lead = range ? make("p", {}, make("b", {}, `${words.selected}: `), make("q", { lang: "de" }, quote)) : make("p", { class: "quiet" }, marks.length ? `${words.here}:` : idle);
    this.here.replaceChildren(lead, ...marks.map((mark) => this.chip(mark)));
    const labels = marks.map((mark) => this.labelOf(mark)).join(", ");
    if (this.spoken.textContent !== labels) this.spoken.textContent = labels;
  }

  chip(mark) {
    const { words } = this;
    const label = this.labelOf(mark);
    const { start, end, code, coder } = mark;
    const act = (what, sign, word) => make("button", { type: "button", title: word, "aria-label": `${word}: ${label}`, onclick: () => this.send(what, { document: this.page.document, start, end, code, coder }) }, sign);
    const acts = !this.coder ? [] : mark.own ? [act("remove", "×", words.remove)] : [act("apply", "✓", words.accept), act("dismiss", "×", words.dismiss)];
    const chip = make("span", { class: mark.own ? "chip" : "chip other" }, make("span", {}, label), ...acts);
    chip.style.setProperty("--line", line(this.codes.get(code)?.colour ?? "#777777"));
    return chip;
  }

  excerpt(start, end) {
    const parts = this.page.segments.filter((segment) => segment.start < end && start < segment.end);
    const text = parts.map((segment) => [...segment.text].slice(Math.max(0, start - segment.start), end - segment.start).join("")).join(" ");
    const spoken = text.split(/\s+/);
    return spoken.length > 16 ? `${spoken.slice(0, 9).join(" ")} … ${spoken.slice(-5).join(" ")}` : text;
  }

  marksHere(at = this.selected) {
    if (!at || !this.state) return [];
    const { start, end } = at;
    const meets = (mark) => (start === end ? mark.start <= start && start <= mark.end : mark.start < end && start < mark.end);
    return this.state.marks.filter(meets).sort((one, other) => one.end - one.start - (other.end - other.start));
  }

  // ---- the selection, in code points of the whole text

  noteSelection() {
    const { anchorNode, anchorOffset, focusNode, focusOffset } = document.getSelection();
    if (!this.page || !anchorNode || !this.text.contains(anchorNode) || !this.text.contains(focusNode)) return;
    const [one, other] = [this.pointAt(anchorNode, anchorOffset), this.pointAt(focusNode, focusOffset)];
    this.selected = this.tidy(Math.min(one, other), Math.max(one, other));
    this.paintSelection();
    this.showHere();
  }

  pointAt(node, offset) {
    if (node === this.text) {
      const next = this.text.children[offset];
      return next ? next.segment.start : (this.text.lastElementChild?.segment.end ?? 0);
    }
    const paragraph = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("p");
    const before = document.createRange();
    before.setStart(paragraph, 0);
    before.setEnd(node, offset);
    return paragraph.segment.start + toPoints(paragraph.segment.text, before.toString().length);
  }

  // A passage neither ends at the beginning of a paragraph nor begins at the end of one: the speaker's label in between is not part of it.
  tidy(start, end) {
    if (start === end) return { start, end };
    const { segments } = this.page;
    const first = segments.find((segment) => start < segment.end);
    const last = segments.findLast((segment) => segment.start < end);
    if (!first || !last) return { start: end, end };
    const [from, to] = [Math.max(start, first.start), Math.min(end, last.end)];
    return from < to ? { start: from, end: to } : { start: end, end };
  }

  spotOf(point, { last }) {
    const paragraphs = [...this.paragraphs.keys()];
    const holds = ({ segment }) => (last ? point <= segment.end : point < segment.end);
    const paragraph = paragraphs.find(holds) ?? paragraphs.at(-1);
    let units = toUnits(paragraph.segment.text, Math.max(0, point - paragraph.segment.start));
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    let node = walker.nextNode();
    while (node && units > node.length) {
      units -= node.length;
      node = walker.nextNode() ?? node;
    }
    return [node ?? paragraph, node ? Math.min(units, node.length) : 0];
  }

  rangeOf(start, end) {
    const range = document.createRange();
    range.setStart(...this.spotOf(start, { last: start === end }));
    range.setEnd(...this.spotOf(end, { last: true }));
    return range;
  }

  select(start, end, { scroll = true } = {}) {
    const range = this.rangeOf(start, end);
    if (document.activeElement !== this.text) this.text.focus({ preventScroll: true });
    document.getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
    this.selected = { start, end };
    if (scroll) this.reveal(range);
    this.showHere();
  }

  reveal(range) {
    const [pane, spot] = [this.scroller.getBoundingClientRect(), range.getBoundingClientRect()];
    if (spot.top < pane.top + 8) this.scroller.scrollTop += spot.top - pane.top - 40;
    else if (spot.bottom > pane.bottom - 8) this.scroller.scrollTop += Math.min(spot.bottom - pane.bottom + 40, spot.top - pane.top - 40);
  }

  // The browser shows a selection only where the focus is; this keeps it visible while somebody looks for a code.
  paintSelection() {
    if (!CSS.highlights) return;
    const { selected } = this;
    const away = document.activeElement !== this.text && this.root.contains(document.activeElement);
    if (away && selected && selected.start < selected.end) CSS.highlights.set(SELECTION, new Highlight(this.rangeOf(selected.start, selected.end)));
    else CSS.highlights.delete(SELECTION);
  }

  allSentences() {
    const segmenter = new Intl.Segmenter(this.text.lang, { granularity: "sentence" });
    const inOne = ({ start, text }) =>
      [...segmenter.segment(text)].filter(({ segment }) => segment.trim()).map(({ index, segment }) => {
        const from = start + toPoints(text, index + segment.length - segment.trimStart().length);
        return { start: from, end: from + [...segment.trim()].length };
      });
    this.sentences ??= this.page.segments.flatMap(inOne);
    return this.sentences;
  }

  growBySentence() {
    const { start, end } = this.selected ?? { start: 0, end: 0 };
    const sentences = this.allSentences();
    const next = sentences.find((sentence) => sentence.end > end || (start === end && sentence.end >= end));
    if (next) this.select(start === end ? next.start : start, next.end);
  }

  shrinkBySentence() {
    if (!this.selected) return;
    const { start, end } = this.selected;
    const before = this.allSentences().findLast((sentence) => sentence.end < end && sentence.end > start);
    this.select(start, before ? before.end : start);
  }

  jump(direction) {
    const at = this.selected ?? { start: -1, end: -1 };
    const order = (one, other) => one.start - other.start || one.end - other.end;
    const marks = [...this.state.marks].sort(order);
    const next = direction > 0 ? marks.find((mark) => order(at, mark) < 0) : marks.findLast((mark) => order(mark, at) < 0);
    if (next) this.select(next.start, next.end);
  }

  // ---- what hands do

  key(event) {
    // JupyterLab listens to keys too; it must not delete a cell when somebody deletes a coding.
    event.stopPropagation();
    const command = event.ctrlKey || event.metaKey;
    const field = event.target.matches("input, textarea, select");
    const letter = event.key.toLowerCase();
    if (command && letter === "s") return event.preventDefault(); // everything is saved
    if (event.key === "Escape") return this.escape(event);
    if (event.isComposing) return undefined;
    if (event.target === this.search) return this.searchKey(event);
    if (field) return undefined;
    const again = letter === "y" || (letter === "z" && event.shiftKey);
    if (command && !event.altKey && (letter === "z" || letter === "y")) {
      event.preventDefault();
      return this.send(again ? "redo" : "undo");
    }
    if (event.target === this.text) return this.textKey(event, command);
    return this.tree.contains(event.target) ? this.treeKey(event, command) : this.letterKey(event, command);
  }

  escape(event) {
    event.preventDefault();
    if (!this.form.hidden) return this.closeForm();
    this.search.value = "";
    this.filter();
    return this.backToText();
  }

  backToText() {
    if (this.selected) this.select(this.selected.start, this.selected.end, { scroll: false });
    else this.text.focus({ preventScroll: true });
  }

  textKey(event, command) {
    this.noteSelection(); // the browser tells of a changed selection later than of a key
    if (event.altKey && !command && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      return this.jump(event.key === "ArrowDown" ? 1 : -1);
    }
    if (command || event.altKey) return undefined;
    if (event.key === "Delete" || event.key === "Backspace") return this.removeHere(event);
    if (event.key === " ") {
      event.preventDefault();
      return event.shiftKey ? this.shrinkBySentence() : this.growBySentence();
    }
    if (event.key === "Enter") return event.preventDefault();
    return this.letterKey(event, command);
  }

  letterKey(event, command) {
    if (command || event.altKey || [...event.key].length !== 1) return undefined;
    if (event.key === "/") {
      event.preventDefault();
      this.search.focus();
      return this.search.select();
    }
    const code = this.state.codes.find((other) => other.key && other.key === event.key.toLowerCase());
    if (!code) return undefined;
    event.preventDefault();
    return this.apply(code.code);
  }

  searchKey(event) {
    const first = this.shownItems().find((item) => !item.classList.contains("path"));
    if (event.key === "Enter" && first) {
      event.preventDefault();
      this.search.value = "";
      this.filter();
      this.apply(first.dataset.code);
      this.backToText();
    } else if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      first.focus();
    }
  }

  treeKey(event, command) {
    const items = this.shownItems();
    const place = items.indexOf(event.target);
    const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      return items[Math.min(Math.max(to, 0), items.length - 1)].focus();
    }
    if (event.key === "ArrowLeft") return event.target.parentElement.closest("[role=treeitem]")?.focus();
    if (event.key === "ArrowRight") return event.target.querySelector("[role=treeitem]:not([hidden])")?.focus();
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return this.apply(event.target.dataset.code);
    }
    if (event.key === "F2" && this.coder) return this.openRename(this.codes.get(event.target.dataset.code));
    return this.letterKey(event, command);
  }

  clickCode(code) {
    if (!code) return;
    this.setCurrent(code);
    if (this.selected && this.selected.start < this.selected.end) this.apply(code);
  }

  apply(code) {
    this.setCurrent(code);
    const { start, end } = this.selected ?? { start: 0, end: 0 };
    this.send("apply", { document: this.page?.document ?? "", start, end, code });
  }

  removeHere(event) {
    event.preventDefault();
    const { selected: at, page } = this;
    this.whenAnswered(() => {
      if (page !== this.page) return;
      const own = this.marksHere(at).filter((mark) => mark.own);
      const exact = own.find((mark) => mark.start === at.start && mark.end === at.end);
      const mark = exact ?? own[0];
      if (mark) this.ask("remove", { document: page.document, start: mark.start, end: mark.end, code: mark.code });
    });
  }

  toggleKeys() {
    this.keys.hidden = !this.keys.hidden;
    this.help.setAttribute("aria-expanded", String(!this.keys.hidden));
  }

  // ---- new codes and new names

  field(name, label, { kind = "input", hint = "", ...attributes } = {}) {
    const id = `${this.id}-${name}`;
    const input = make(kind, { id, name, ...attributes, "aria-describedby": hint ? `${id}-hint` : null });
    return make("div", { class: "field" }, make("label", { for: id }, label), input, hint ? make("p", { class: "quiet", id: `${id}-hint` }, hint) : null);
  }

  showForm(title, ...parts) {
    const form = this.form;
    form.replaceChildren(make("p", { class: "name" }, title), ...parts);
    form.hidden = false;
    this.list.hidden = true;
    form.querySelector("input").focus();
  }

  closeForm() {
    this.form.hidden = true;
    this.list.hidden = false;
    this.form.replaceChildren();
    this.backToText();
  }

  buttons(...acts) {
    const cancel = make("button", { type: "button", onclick: () => this.closeForm() }, this.words.cancel);
    return make("div", { class: "buttons" }, ...acts.filter(Boolean), cancel);
  }

  openForm() {
    const { words } = this;
    const [here, other] = this.root.lang === "de" ? ["de", "en"] : ["en", "de"];
    const parents = make("select", { id: `${this.id}-parent`, name: "parent" }, make("option", { value: "" }, words.top));
    for (const code of this.state.codes.filter(({ parent }) => !parent)) parents.append(make("option", { value: code.code }, code.label));
    const passage = this.selected && this.selected.start < this.selected.end ? { document: this.page.document, ...this.selected } : null;
    const submit = (then) => this.send("add_code", { words: Object.fromEntries(new FormData(this.form)), then });
    this.form.onsubmit = () => submit(passage);
    const paragraph = { kind: "textarea", rows: 2 };
    this.showForm(
      words.new_code,
      this.field(`label_${here}`, words.label, { autocomplete: "off" }),
      this.field(`definition_${here}`, words.definition, { kind: "textarea", rows: 3 }),
      make("div", { class: "field" }, make("label", { for: parents.id }, words.parent), parents),
      make(
        "details",
        {},
        make("summary", {}, words.further),
        this.field("colour", words.colour, { type: "color", value: this.state.next_colour }),
        this.field("rule", words.rule, paragraph),
        this.field("anchor", words.anchor, paragraph),
        this.field("exclusion", words.exclusion, paragraph),
        this.field(`label_${other}`, words.label_other, { autocomplete: "off", hint: words.label_hint }),
        this.field(`definition_${other}`, words.definition_other, paragraph),
      ),
      make("p", { class: "wrong", role: "alert" }),
      this.buttons(
        make("button", { type: "submit", class: "main" }, passage ? words.create_apply : words.create),
        passage ? make("button", { type: "button", onclick: () => submit(null) }, words.create) : null,
      ),
    );
  }

  openRename(code) {
    const { words } = this;
    this.form.onsubmit = () => this.send("rename_code", { code: code.code, label: new FormData(this.form).get("label") });
    this.showForm(
      words.rename,
      this.field("label", words.label, { value: code.label, autocomplete: "off" }),
      make("p", { class: "wrong", role: "alert" }),
      this.buttons(make("button", { type: "submit", class: "main" }, words.save)),
    );
    this.form.querySelector("input").select();
  }
}

// Which of several lines below the text each coding has: the first that is free where it begins.
function laid(marks) {
  const ends = [];
  const lane = new Map();
  for (const mark of [...marks].sort((one, other) => one.start - other.start || other.end - one.end)) {
    const free = ends.findIndex((end) => end <= mark.start);
    const place = free >= 0 ? free : ends.length;
    ends[place] = mark.end;
    lane.set(mark, place);
  }
  return { count: Math.max(ends.length, 1), of: (mark) => lane.get(mark) };
}

function render({ model, el }) {
  const desk = new Desk(model, el);
  return () => desk.close();
}

export default { render };
