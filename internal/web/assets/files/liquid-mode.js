// Colours for Liquid, alone or within HTML: a StreamLanguage, which reads one
// line after the other and needs no grammar. It colours; it judges nothing.
// What is wrong with a template the server says.
import { StreamLanguage, tags } from "./vendor-codemirror.js";

const operators = /^(?:==|!=|<=|>=|<|>|=|and\b|or\b|contains\b|in\b)/;

// liquid reads inside {{ }} or {% %}.
function liquid(stream, state) {
  if (stream.match(state.liquid === "{{" ? /^-?\}\}/ : /^-?%\}/)) {
    const verbose = state.verbose;
    state.liquid = state.head = state.pipe = null;
    if (verbose) state.skip = verbose;
    state.verbose = null;
    return "brace";
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^'[^']*'?/) || stream.match(/^"[^"]*"?/)) return "text";
  if (stream.match(/^-?\d+(?:\.\d+)?/)) return "number";
  if (stream.match("|")) {
    state.pipe = true;
    return "operator";
  }
  if (stream.match(operators)) return "operator";
  const name = stream.match(/^[\p{L}_][\p{L}\p{N}_.-]*\??/u);
  if (!name) {
    stream.next();
    return null;
  }
  if (state.pipe) {
    state.pipe = null;
    return "filter";
  }
  if (state.liquid === "{%" && !state.head) {
    state.head = name[0];
    if (name[0] === "comment" || name[0] === "raw") state.verbose = name[0];
    return "keyword";
  }
  return /^(?:true|false|nil|blank)$/.test(name[0]) ? "number" : "variable";
}

// skipped reads what stands in {% comment %} or {% raw %}.
function skipped(stream, state) {
  const end = new RegExp("\\{%-?\\s*end" + state.skip + "\\b");
  const at = stream.string.slice(stream.pos).search(end);
  if (at === 0) {
    state.skip = null;
    return null;
  }
  if (at > 0) stream.pos += at;
  else stream.skipToEnd();
  return state.skip === "comment" ? "comment" : null;
}

// html reads a piece of HTML outside Liquid.
function html(stream, state) {
  if (state.comment) {
    if (stream.match(/^.*?-->/)) state.comment = false;
    else stream.skipToEnd();
    return "comment";
  }
  if (state.quote) {
    while (!stream.eol() && !stream.match(/^\{[{%]/, false)) {
      if (stream.next() === state.quote) {
        state.quote = null;
        break;
      }
    }
    return "text";
  }
  if (state.tag) {
    if (stream.match(/^\/?>/)) {
      state.tag = false;
      return "tag";
    }
    if (stream.eatSpace()) return null;
    const quote = stream.match(/^["']/);
    if (quote) {
      state.quote = quote[0];
      return "text";
    }
    if (stream.match(/^[^\s=>"'{/]+/)) return "attribute";
    stream.next();
    return null;
  }
  if (stream.match("<!--")) {
    state.comment = true;
    return "comment";
  }
  if (stream.match(/^<!?\/?[a-zA-Z][\w:-]*/)) {
    state.tag = true;
    return "tag";
  }
  if (stream.match(/^&#?\w+;/)) return "number";
  stream.next();
  stream.match(/^[^<&{]+/);
  return null;
}

// liquidMode gives the language: HTML with Liquid, or text with Liquid.
export function liquidMode(withHTML) {
  return StreamLanguage.define({
    name: withHTML ? "liquid-html" : "liquid-text",
    startState: () => ({ liquid: null, head: null, pipe: null, verbose: null, skip: null, tag: false, quote: null, comment: false }),
    copyState: (state) => ({ ...state }),
    token(stream, state) {
      if (state.liquid) return liquid(stream, state);
      if (state.skip) {
        const was = skipped(stream, state);
        if (state.skip || was) return was;
      }
      const opening = stream.match(/^\{[{%]-?/);
      if (opening) {
        state.liquid = opening[0].slice(0, 2);
        return "brace";
      }
      if (withHTML) return html(stream, state);
      stream.next();
      stream.match(/^[^{]+/);
      return null;
    },
    tokenTable: {
      brace: tags.processingInstruction, text: tags.string, number: tags.number, operator: tags.operator, filter: tags.function(tags.variableName),
      keyword: tags.keyword, variable: tags.variableName, tag: tags.tagName, attribute: tags.attributeName, comment: tags.comment,
    },
    languageData: { commentTokens: { block: { open: "{% comment %}", close: "{% endcomment %}" } } },
  });
}
