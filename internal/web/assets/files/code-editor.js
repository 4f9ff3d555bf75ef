// Turns each <textarea data-code="liquid-html|liquid-text"> into a code editor.
// The textarea stays what the form sends: it always holds the text, and says
// "input" when that changes. Without this script it is edited as it is.
//
//   data-code    liquid-html, or liquid-text for what is no HTML
//   data-names   address of the names to offer: [{name, kind, about, example}]
//   data-field   name of the field in problems; absent: the textarea's name
//
// The form is told problems by
//   form.dispatchEvent(new CustomEvent("cartograph:problems",
//     {detail: [{field: "body", line: 3, column: 1, message: "…"}]}))
// which replaces those told before; lines and columns count from 1, and a line
// of 0 is the whole text. When the editors of a form stand ready, it says
// "cartograph:ready".
//
// CodeMirror brings its style sheet along. In a shadow root it does so by a
// constructed sheet, which a strict Content-Security-Policy lets through:
// neither 'unsafe-inline' nor a nonce is needed.
import {
  EditorState, EditorView, HighlightStyle, autocompletion, bracketMatching, completionKeymap, defaultKeymap, drawSelection,
  highlightActiveLine, highlightSpecialChars, history, historyKeymap, indentUnit, indentWithTab, keymap, lineNumbers, lintGutter,
  lintKeymap, setDiagnostics, syntaxHighlighting, tags,
} from "./vendor-codemirror.js";
import { liquidMode } from "./liquid-mode.js";
import { completions } from "./liquid-names.js";

const leaving = "Code editor. Press Escape, then Tab, to leave it.";

// The colours are the page's: custom properties reach into shadow roots.
const colours = HighlightStyle.define([
  { tag: tags.processingInstruction, color: "var(--code-brace)" },
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: tags.variableName, color: "var(--code-variable)" },
  { tag: tags.function(tags.variableName), color: "var(--code-filter)" },
  { tag: tags.string, color: "var(--code-text)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: tags.operator, color: "var(--code-brace)" },
  { tag: tags.tagName, color: "var(--code-tag)" },
  { tag: tags.attributeName, color: "var(--code-attribute)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--code-paper)", fontSize: "0.875rem", borderRadius: "10px" },
  "&.cm-focused": { outline: "3px solid var(--gold)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace', lineHeight: "1.55", maxHeight: "70vh", overflow: "auto", borderRadius: "10px" },
  ".cm-content": { padding: "0.6rem 0", caretColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--soft)", color: "var(--quiet)", border: "0" },
  ".cm-activeLine": { backgroundColor: "var(--code-line)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--code-line)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--code-selection) !important" },
  ".cm-matchingBracket": { backgroundColor: "var(--code-selection)" },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "8px", boxShadow: "0 8px 30px rgb(0 0 0 / .15)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "14rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.3rem 0.6rem", minHeight: "24px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--brand)", color: "var(--brand-ink)" },
  ".cm-completionInfo": { padding: "0.6rem 0.75rem", maxWidth: "22rem", fontFamily: "system-ui, sans-serif" },
  // On a phone it would lie on the names themselves.
  "@media (max-width: 679px)": { ".cm-completionInfo": { display: "none" } },
  ".cm-completionInfo p": { margin: "0 0 0.35rem" },
  ".cm-completionInfo code": { fontSize: "0.8rem", overflowWrap: "anywhere" },
  ".cm-completionDetail": { color: "inherit", opacity: "1", fontStyle: "normal", marginLeft: "0.75rem" },
  ".cm-panels": { backgroundColor: "var(--soft)", color: "var(--ink)" },
  ".cm-diagnostic": { padding: "0.4rem 0.75rem", borderLeft: "4px solid var(--bad)", fontFamily: "system-ui, sans-serif" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad)", textUnderlineOffset: "3px" },
});

// labelOf gives the textarea's name for those who hear it.
function labelOf(area) {
  return area.getAttribute("aria-label") || [...area.labels].map((l) => l.textContent.trim()).join(" ") || area.name;
}

// describedBy gives the words of its hints and errors: their ids are not known
// inside the shadow root.
function describedBy(area) {
  const ids = (area.getAttribute("aria-describedby") || "").split(/\s+/).filter(Boolean);
  return [...ids.map((id) => document.getElementById(id)?.textContent.trim()).filter(Boolean), leaving].join(" ");
}

function extensions(area, changed) {
  return [
    lineNumbers(), lintGutter(), highlightSpecialChars(), history(), drawSelection(), bracketMatching(), highlightActiveLine(),
    EditorState.allowMultipleSelections.of(false), EditorView.lineWrapping, indentUnit.of("  "),
    liquidMode(area.dataset.code === "liquid-html"), syntaxHighlighting(colours), theme,
    autocompletion({ override: [completions(area.dataset.names)], icons: false, closeOnBlur: true }),
    keymap.of([...completionKeymap, ...lintKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorState.readOnly.of(area.readOnly || area.disabled),
    EditorView.contentAttributes.of({
      "aria-label": labelOf(area), "aria-description": describedBy(area), spellcheck: "true",
      ...(area.readOnly || area.disabled ? { "aria-readonly": "true" } : {}),
      ...(area.lang ? { lang: area.lang } : {}), ...(area.dir ? { dir: area.dir } : {}),
    }),
    EditorView.theme({ ".cm-content, .cm-gutter": { minHeight: Math.max(2, area.rows) * 1.55 + 1.2 + "em" } }),
    EditorView.updateListener.of(changed),
  ];
}

// places makes CodeMirror's marks of problems.
function places(state, problems) {
  return problems.map((p) => {
    const message = String(p.message ?? "");
    if (!p.line || p.line > state.doc.lines) return { from: 0, to: 0, severity: "error", message };
    const line = state.doc.line(p.line);
    const from = Math.min(line.to, line.from + Math.max(0, (p.column || 1) - 1));
    return { from: p.column ? from : line.from + (/^\s*/.exec(line.text)[0].length), to: line.to, severity: "error", message };
  });
}

function upgrade(area) {
  const host = document.createElement("div");
  host.className = "code-editor";
  const root = host.attachShadow({ mode: "open" });
  // The form hears of changes from the textarea, once.
  root.addEventListener("input", (event) => event.stopPropagation());
  let own = false;
  const changed = (update) => {
    if (!update.docChanged) return;
    area.value = update.state.doc.toString();
    own = true;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    own = false;
  };
  const view = new EditorView({ root, parent: root, state: EditorState.create({ doc: area.value, extensions: extensions(area, changed) }) });

  const hint = document.createElement("p");
  hint.className = "code-hint quiet";
  hint.setAttribute("aria-hidden", "true");
  hint.textContent = "Escape, then Tab, leaves the editor. Ctrl+Space offers names.";
  area.after(host, hint);
  area.hidden = true;
  // A hidden field that is required would stop the form without a word; the server asks anyway.
  area.required = false;
  for (const label of area.labels) {
    label.addEventListener("click", (event) => {
      event.preventDefault();
      view.focus();
    });
  }

  const follow = () => {
    if (own || area.value === view.state.doc.toString()) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: area.value } });
  };
  area.addEventListener("input", follow);
  area.form?.addEventListener("reset", () => setTimeout(follow));
  area.form?.addEventListener("cartograph:problems", (event) => {
    const field = area.dataset.field || area.name;
    const mine = (event.detail || []).filter((p) => p.field === field);
    view.dispatch(setDiagnostics(view.state, places(view.state, mine)));
    host.classList.toggle("wrong", mine.length > 0);
  });
  return area.form;
}

const forms = new Set([...document.querySelectorAll("textarea[data-code]")].map(upgrade));
for (const form of forms) form?.dispatchEvent(new CustomEvent("cartograph:ready"));
