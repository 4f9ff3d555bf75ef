// What templates can write, as the server lists it: fetched once for a page,
// offered while typing. Nothing is known here of variables or filters.

const fetched = new Map();

// namesFrom gives the list behind an address; an empty one when it cannot be had.
export function namesFrom(address) {
  if (!address) return Promise.resolve([]);
  if (!fetched.has(address)) {
    fetched.set(address, fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : []))
      .catch(() => {
        // The next one who asks tries again.
        fetched.delete(address);
        return [];
      }));
  }
  return fetched.get(address);
}

// about shows what a name is for, as text and nothing else.
function about(name) {
  const box = document.createElement("div");
  const words = box.appendChild(document.createElement("p"));
  words.textContent = name.about;
  if (name.example) box.appendChild(document.createElement("code")).textContent = name.example;
  return box;
}

const icons = { variable: "variable", filter: "function", tag: "keyword", snippet: "constant" };

// completions makes the source of CodeMirror's completion.
export function completions(address) {
  return async (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const opening = Math.max(before.lastIndexOf("{{"), before.lastIndexOf("{%"));
    if (opening < 0 || Math.max(before.lastIndexOf("}}"), before.lastIndexOf("%}")) > opening) return null;
    const inside = before.slice(opening);
    // Not within quotation marks, except for a snippet's name.
    const quoted = (inside.match(/["']/g) || []).length % 2 === 1;
    const word = /[\w.-]*$/.exec(inside)[0];
    const kinds = wanted(inside, word, quoted);
    if (!kinds.length || (!word && !context.explicit && !/[|{%'"\s]-?\s*$/.test(inside))) return null;
    const options = (await namesFrom(address)).filter((n) => kinds.includes(n.kind))
      .map((n) => ({ label: n.name, type: icons[n.kind], detail: n.kind === "variable" ? "" : n.kind, info: () => about(n) }));
    if (context.aborted || !options.length) return null;
    return { from: context.pos - word.length, options, validFor: /^[\w.-]*$/ };
  };
}

// wanted says which kinds of names may stand at the end of what is typed.
function wanted(inside, word, quoted) {
  const before = inside.slice(0, inside.length - word.length);
  if (quoted) return /^\{%-?\s*render\s+["']$/.test(before) ? ["snippet"] : [];
  if (/\|\s*$/.test(before)) return ["filter"];
  if (/^\{%-?\s*$/.test(before)) return ["tag"];
  return ["variable"];
}
