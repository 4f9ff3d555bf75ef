// Puts an editor for blocks into each <div data-blocks-for="ID">, in place of
// the <textarea id="ID"> that holds them as JSON and that the form sends. The
// textarea says "input" whenever something changes; what other scripts write
// into it, saying "input", is shown. Without this script it is edited as it is.
//
//   <script type="application/json" id="block-kinds">  what the server knows of
//     kinds and fields (message.BlockKinds): nothing of it is known here
//   data-names   address of the variables to insert: [{name, kind, about, example}]
//   data-start   kinds of the ready-made email, with spaces between; may be absent
//
// Problems are told as to the code editor, with fields such as "blocks[2].link".
import { blockForm } from "./block-form.js";
import { draggable } from "./block-drag.js";
import { element, button } from "./block-parts.js";

let count = 0;

class BlockEditor {
  constructor(host, area, kinds) {
    Object.assign(this, { host, area, kinds, cards: [], removed: [], id: "blocks-" + ++count });
    this.list = element("ol", { className: "blocks" });
    this.status = element("p", { className: "unseen" });
    this.status.setAttribute("role", "status");
    this.undo = element("div", { className: "block-undo", hidden: true });
    this.empty = element("p", { className: "block-empty quiet" }, "There are no blocks yet. Add the first below.");
    host.append(this.list, this.empty, this.undo, this.menu(), this.status);
    this.load();
    area.hidden = true;
    area.addEventListener("input", () => this.follow());
    area.form?.addEventListener("reset", () => setTimeout(() => this.follow()));
    area.form?.addEventListener("cartograph:problems", (event) => this.problems(event.detail || []));
    draggable(this.list, (from, to) => this.moved(from, to));
  }

  // load shows what the textarea holds.
  load() {
    this.list.replaceChildren();
    this.removed = [];
    this.offerUndo();
    this.cards = read(this.area.value).map((block) => this.card(block));
    this.list.append(...this.cards.map((c) => c.item));
    this.number();
  }

  follow() {
    if (this.own || this.area.value === this.text() || !read(this.area.value)) return;
    this.load();
  }

  text() {
    return JSON.stringify(this.cards.map((c) => c.block), null, 2);
  }

  // save writes the blocks into the textarea.
  save() {
    this.area.value = this.text();
    this.own = true;
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.own = false;
  }

  say(words) {
    this.status.textContent = words;
  }

  kindOf(block) {
    return this.kinds.find((k) => k.kind === block.kind) || { kind: block.kind, name: block.kind, about: "", fields: [] };
  }

  // card makes the list's entry for a block.
  card(block) {
    const kind = this.kindOf(block);
    const id = this.id + "-" + ++count;
    const card = { block, kind, item: element("li", { className: "block" }) };
    card.title = element("span", { className: "block-kind" }, kind.name);
    card.summary = element("span", { className: "block-summary quiet" });
    card.toggle = button("", () => this.open(card, card.body.hidden), { className: "block-toggle" });
    card.toggle.append(card.title, card.summary);
    card.toggle.setAttribute("aria-controls", id);
    card.grip = element("span", { className: "block-grip", title: "Drag to another place" });
    card.grip.setAttribute("aria-hidden", "true");
    card.up = this.act("up", "↑", () => this.shift(card, -1));
    card.down = this.act("down", "↓", () => this.shift(card, 1));
    card.copy = this.act("copy", "Copy", () => this.duplicate(card));
    card.remove = this.act("remove", "Remove", () => this.drop(card));
    const acts = element("div", { className: "block-acts" });
    acts.append(card.up, card.down, card.copy, card.remove);
    const head = element("div", { className: "block-head" });
    head.append(card.grip, card.toggle, acts);
    card.body = element("div", { className: "block-body", id });
    card.form = blockForm(block, kind, id, this.host.dataset.names, () => {
      this.summarize(card);
      this.save();
    });
    card.body.append(element("p", { className: "quiet block-about" }, kind.about), ...card.form.nodes);
    card.item.append(head, card.body);
    this.summarize(card);
    this.open(card, false);
    return card;
  }

  act(name, words, press) {
    return button(words, press, { className: "plain block-" + name });
  }

  open(card, yes) {
    card.body.hidden = !yes;
    card.toggle.setAttribute("aria-expanded", String(yes));
  }

  // summarize shows a block's first words beside its kind.
  summarize(card) {
    const b = card.block;
    const words = (b.text || b.label || b.alt || b.image || "").replace(/\s+/g, " ").trim();
    const only = b.when ? card.kind.fields.find((f) => f.name === "when")?.choices.find((c) => c.value === b.when)?.label : "";
    card.summary.textContent = [words.length > 70 ? words.slice(0, 69) + "…" : words, only].filter(Boolean).join(" · ");
  }

  // number tells every card where it stands, for those who hear it.
  number() {
    this.empty.hidden = this.cards.length > 0;
    this.cards.forEach((card, i) => {
      const name = `${card.kind.name}, ${i + 1} of ${this.cards.length}`;
      card.up.setAttribute("aria-label", `Move ${name} up`);
      card.down.setAttribute("aria-label", `Move ${name} down`);
      card.copy.setAttribute("aria-label", `Copy ${name}`);
      card.remove.setAttribute("aria-label", `Remove ${name}`);
      // Not disabled: a button that goes away under the finger loses the focus.
      card.up.setAttribute("aria-disabled", String(i === 0));
      card.down.setAttribute("aria-disabled", String(i === this.cards.length - 1));
    });
  }

  shift(card, by) {
    const from = this.cards.indexOf(card), to = from + by;
    if (to < 0 || to >= this.cards.length) {
      this.say(`${card.kind.name} is ${by < 0 ? "first" : "last"} already.`);
      return;
    }
    this.moved(from, to);
    (by < 0 ? card.up : card.down).focus();
  }

  // moved puts a card to another place.
  moved(from, to) {
    const [card] = this.cards.splice(from, 1);
    this.cards.splice(to, 0, card);
    if (this.list.children[to] !== card.item) {
      const rest = [...this.list.children].filter((c) => c !== card.item);
      this.list.insertBefore(card.item, rest[to] || null);
    }
    this.number();
    this.save();
    this.say(`${card.kind.name} is now ${to + 1} of ${this.cards.length}.`);
  }

  insert(block, at) {
    const card = this.card(block);
    this.cards.splice(at, 0, card);
    this.list.insertBefore(card.item, this.list.children[at] || null);
    this.number();
    this.save();
    return card;
  }

  duplicate(card) {
    const copy = this.insert({ ...card.block }, this.cards.indexOf(card) + 1);
    this.open(copy, !card.body.hidden);
    copy.toggle.focus();
    this.say(`${card.kind.name} was copied.`);
  }

  drop(card) {
    const at = this.cards.indexOf(card);
    this.cards.splice(at, 1);
    card.item.remove();
    this.number();
    this.save();
    this.removed.push({ card, at });
    this.offerUndo();
    this.say(`${card.kind.name} was removed. You can undo that.`);
    this.undo.querySelector("button").focus();
  }

  // offerUndo says what was removed last, and brings it back; then what was
  // removed before it.
  offerUndo() {
    const last = this.removed.at(-1);
    this.undo.hidden = !last;
    if (!last) return;
    const back = button("Undo", () => {
      this.removed.pop();
      const again = this.insert(last.card.block, Math.min(last.at, this.cards.length));
      this.offerUndo();
      again.toggle.focus();
      this.say(`${last.card.kind.name} is back.`);
    });
    const words = [`“${last.card.kind.name}” was removed`, last.card.summary.textContent].filter(Boolean).join(": ");
    this.undo.replaceChildren(element("span", {}, this.removed.length > 1 ? `${words} (${this.removed.length} blocks in all)` : words), back);
  }

  // fresh makes a block as the server says a new one begins.
  fresh(kind) {
    const block = { kind: kind.kind };
    for (const f of kind.fields) {
      if (f.default) block[f.name] = f.type === "number" ? Number(f.default) : f.default;
    }
    return block;
  }

  // menu is the button that adds, with what can be added below it.
  menu() {
    const box = element("div", { className: "block-add" });
    const panel = element("ul", { className: "block-menu", id: this.id + "-menu", hidden: true });
    const opener = button("Add a block", () => show(panel.hidden));
    opener.setAttribute("aria-expanded", "false");
    opener.setAttribute("aria-controls", panel.id);
    const show = (yes) => {
      panel.hidden = !yes;
      opener.setAttribute("aria-expanded", String(yes));
      if (yes) panel.querySelector("button").focus();
    };
    for (const kind of this.kinds) {
      const choice = button("", () => {
        show(false);
        const card = this.insert(this.fresh(kind), this.cards.length);
        this.open(card, true);
        this.say(`${kind.name} was added at the end.`);
        (card.form.first || card.toggle).focus();
      }, { className: "block-choice" });
      choice.append(element("strong", {}, kind.name), element("span", { className: "quiet" }, kind.about));
      const entry = element("li");
      entry.append(choice);
      panel.append(entry);
    }
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || panel.hidden) return;
      show(false);
      opener.focus();
    });
    box.append(opener, ...this.starter(), panel);
    return box;
  }

  // starter offers a ready-made email while there is nothing.
  starter() {
    const start = (this.host.dataset.start || "").split(/\s+/).map((k) => this.kinds.find((kind) => kind.kind === k)).filter(Boolean);
    if (!start.length) return [];
    const ready = button("Begin with a ready-made email", () => {
      for (const kind of start) this.insert(this.fresh(kind), this.cards.length);
      this.cards[0].toggle.focus();
      this.say(`${start.length} blocks were added.`);
    }, { className: "plain block-ready" });
    return [ready];
  }

  // problems marks what the server found; fields of other editors are theirs.
  problems(all) {
    this.cards.forEach((card, i) => {
      const before = `blocks[${i}].`;
      const mine = all.filter((p) => String(p.field).startsWith(before)).map((p) => ({ name: p.field.slice(before.length), message: String(p.message ?? "") }));
      card.form.mark(mine);
      card.item.classList.toggle("block-wrong", mine.length > 0);
      if (mine.length) this.open(card, true);
    });
  }
}

// read gives the blocks of a textarea; null when it holds something else.
function read(text) {
  if (!text.trim()) return [];
  try {
    const blocks = JSON.parse(text);
    return Array.isArray(blocks) && blocks.every((b) => b && typeof b.kind === "string") ? blocks : null;
  } catch {
    return null;
  }
}

const known = document.getElementById("block-kinds");
for (const host of document.querySelectorAll("[data-blocks-for]")) {
  const area = document.getElementById(host.dataset.blocksFor);
  // What cannot be read is better mended as text than lost.
  if (area && known && read(area.value)) new BlockEditor(host, area, JSON.parse(known.textContent));
}
