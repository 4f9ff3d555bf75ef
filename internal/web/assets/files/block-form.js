// The form of one block: real, labelled controls for the fields the server lists.
import { element, button } from "./block-parts.js";
import { namesFrom } from "./liquid-names.js";

// blockForm makes the controls. changed is called after each change of the block.
export function blockForm(block, kind, id, names, changed) {
  const controls = new Map();
  const nodes = kind.fields.map((field) => {
    const made = row(block, field, `${id}-${field.name}`, names, changed);
    controls.set(field.name, made);
    return made.node;
  });
  return {
    nodes,
    first: controls.values().next().value?.control,
    // mark shows what is wrong with which field, in place of what was shown before.
    mark(problems) {
      for (const [name, c] of controls) {
        const words = problems.filter((p) => p.name === name).map((p) => p.message).join(" ");
        c.error.textContent = words;
        c.error.hidden = !words;
        c.control.toggleAttribute("aria-invalid", Boolean(words));
        if (words) c.control.setAttribute("aria-invalid", "true");
      }
    },
  };
}

// row is one field: label, control, hint, tools and the place for what is wrong.
function row(block, field, id, names, changed) {
  const node = element("div", { className: "block-field" });
  const label = element("label", { htmlFor: id }, field.label);
  const control = controlOf(field, id);
  const hint = element("p", { className: "quiet block-hint", id: id + "-hint" }, hintOf(field));
  const error = element("p", { className: "block-error", id: id + "-error", hidden: true });
  control.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  control.value = block[field.name] ?? (field.type === "number" ? field.default : "") ?? "";
  control.addEventListener("input", () => {
    store(block, field, control.value);
    changed();
  });
  // What is written from right to left is shown so.
  if (field.type === "text" || field.type === "line") control.dir = "auto";
  node.append(label, control, error, hint);
  if (field.markup || field.variables) node.append(tools(field, control, id, names));
  return { node, control, error };
}

// store writes a value into the block; empty ones are left out.
function store(block, field, value) {
  if (field.type === "number") value = Number.parseInt(value, 10) || 0;
  if (value) block[field.name] = value;
  else delete block[field.name];
}

function controlOf(field, id) {
  if (field.type === "choice") {
    const select = element("select", { id });
    for (const c of field.choices) select.append(element("option", { value: c.value }, c.label));
    return select;
  }
  if (field.type === "text") return element("textarea", { id, rows: 4, maxLength: field.max });
  if (field.type === "number") return element("input", { id, type: "number", min: field.min, max: field.max, step: 1 });
  // Not type=url: a variable is no address to a browser.
  return element("input", { id, type: "text", maxLength: field.max, inputMode: field.type === "url" ? "url" : "text", spellcheck: field.type !== "url", autocomplete: "off" });
}

function hintOf(field) {
  const parts = [];
  if (field.about) parts.push(field.about);
  if (field.type === "number") parts.push(`${field.min} to ${field.max}.`);
  if (field.markup) parts.push("An empty line begins a paragraph. **bold**, *italic*, [label](https://…), “- ” for a list.");
  return parts.join(" ");
}

// tools are the buttons that write what is tedious to type.
function tools(field, control, id, names) {
  const bar = element("div", { className: "block-tools" });
  if (field.markup) {
    bar.append(
      button("Bold", () => wrap(control, "**", "**"), { className: "plain" }),
      button("Italic", () => wrap(control, "*", "*"), { className: "plain" }),
      button("Link", () => wrap(control, "[", "](https://)"), { className: "plain" }),
    );
  }
  if (field.variables && names) bar.append(...variables(field, control, id, names));
  return bar;
}

// wrap sets what is selected between two texts.
function wrap(control, before, after) {
  const { selectionStart: from, selectionEnd: to, value } = control;
  write(control, before + value.slice(from, to) + after, from, to);
  control.setSelectionRange(from + before.length, from + before.length + (to - from));
}

// write replaces a part of a control's text, as if typed.
function write(control, text, from, to) {
  control.focus();
  control.setRangeText(text, from, to, "end");
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

// fits reports a variable that a field can print by itself.
function fits(name, field) {
  if (name.kind !== "variable" || /^(?:item|forloop)\.|^blank$|confirm_url$|_amount$/.test(name.name)) return false;
  if (["cart.items", "cart.categories", "shopper.tags", "cart.has_coupon"].includes(name.name)) return false;
  return field.type !== "url" || /(?:_url|^shop\.(?:domain|support_email))$/.test(name.name);
}

function variables(field, control, id, names) {
  const panel = element("ul", { className: "block-names", id: id + "-names", hidden: true });
  const opener = button("Insert a variable", async () => {
    if (!panel.childElementCount) await fill();
    show(panel.hidden);
  }, { className: "plain" });
  opener.setAttribute("aria-expanded", "false");
  opener.setAttribute("aria-controls", panel.id);
  const show = (yes) => {
    panel.hidden = !yes;
    opener.setAttribute("aria-expanded", String(yes));
    if (yes) panel.querySelector("button")?.focus();
  };
  const fill = async () => {
    for (const name of (await namesFrom(names)).filter((n) => fits(n, field))) {
      const entry = element("li"), choice = button("", () => {
        show(false);
        // A name that may be missing comes with what to print then.
        const text = /^\{\{[^{}]*default:[^{}]*\}\}$/.test(name.example) ? name.example : `{{ ${name.name} }}`;
        write(control, text, control.selectionStart, control.selectionEnd);
      }, { className: "block-choice" });
      choice.append(element("code", {}, name.name), element("span", { className: "quiet" }, name.about));
      entry.append(choice);
      panel.append(entry);
    }
    if (!panel.childElementCount) panel.append(element("li", { className: "quiet" }, "The variables cannot be fetched just now."));
  };
  const close = (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    event.stopPropagation();
    show(false);
    opener.focus();
  };
  panel.addEventListener("keydown", close);
  opener.addEventListener("keydown", close);
  return [opener, panel];
}
