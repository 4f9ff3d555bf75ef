package app_test

import (
	_ "embed"
	"strings"
)

// axeSource is axe-core, which finds what keeps people from using a page.
//
//go:embed testdata/axe/axe.min.js
var axeSource string

// askAxe holds the page against WCAG 2.2, levels A and AA. Frames hold messages
// in a sandbox of their own, where no script runs.
const askAxe = `(() => {
  delete window.axeFound;
  axe.run(document, {iframes: false, resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    .then((r) => { window.axeFound = r.violations.map((v) => v.id + ": " + v.help + " at " + v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join("; ")); })
    .catch((e) => { window.axeFound = ["axe failed: " + e]; });
  return true;
})()`

// accessible asks axe about the page as it stands.
func (w *window) accessible(what string) {
	w.t.Helper()
	if !ask[bool](w, `typeof window.axe === "object"`) {
		ask[bool](w, axeSource+"\n;true")
	}
	ask[bool](w, askAxe)
	w.wait("axe has looked at "+what, `Array.isArray(window.axeFound)`)
	for _, found := range ask[[]string](w, `window.axeFound`) {
		w.t.Errorf("%s: %s", what, strings.TrimSpace(found))
	}
}
