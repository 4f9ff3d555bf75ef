package message

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// element is one start tag of a rendered email.
type element struct {
	name  string
	attrs map[string]string
}

var (
	startTag  = regexp.MustCompile(`(?s)<!--.*?-->|<([a-zA-Z][a-zA-Z0-9]*)((?:[^>"']|"[^"]*"|'[^']*')*)>`)
	attribute = regexp.MustCompile(`([a-zA-Z][-a-zA-Z]*)\s*(?:=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?`)
	unseen    = regexp.MustCompile(`(?is)<!--.*?-->|<style\b.*?</style\s*>|<title\b.*?</title\s*>|<div style="display:none.*?</div>`)
	anyTag    = regexp.MustCompile(`(?s)<[^>]*>`)
)

// elements gives the start tags of some names, comments left out.
func elements(page string, names ...string) (out []element) {
	for _, m := range startTag.FindAllStringSubmatch(page, -1) {
		name := strings.ToLower(m[1])
		if !slices.Contains(names, name) {
			continue
		}
		e := element{name, map[string]string{}}
		for _, a := range attribute.FindAllStringSubmatch(m[2], -1) {
			e.attrs[strings.ToLower(a[1])] = html.UnescapeString(strings.Trim(a[2], `"'`))
		}
		out = append(out, e)
	}
	return out
}

// seenText is what a reader sees of a page, without its pictures.
func seenText(page string) string {
	return html.UnescapeString(anyTag.ReplaceAllString(unseen.ReplaceAllString(page, " "), " "))
}

// fewWords is how much text an email with pictures should have beside what the
// layout says. SpamAssassin scores less as HTML_IMAGE_ONLY, and readers with
// pictures off see nothing else.
const fewWords = 15

// letter looks at pictures, at what is left without them, and at the way out.
func (a *adviser) letter() {
	images := elements(a.r.HTML, "img")
	words := len(strings.Fields(seenText(bodyOnly(a.r.HTML))))
	if len(images) > 0 && words < fewWords {
		a.say("image-only", LevelWarning, a.body(), "write what matters as text", "there are pictures and only %d words: with pictures off, nothing is left", words)
	}
	for _, img := range images {
		if _, has := img.attrs["alt"]; !has {
			// WCAG 2.2, 1.1.1.
			a.say("alt-missing", LevelWarning, a.body(), `add alt="what it shows", or alt="" for mere decoration`, "a picture has no words for those who do not see it: %s", short(img.attrs["src"]))
		}
	}
	for i, b := range a.t.Blocks {
		if b.Kind == BlockImage && strings.TrimSpace(b.Alt) == "" && b.Link != "" {
			// WCAG 2.2, 2.4.4: a link needs a name.
			a.say("alt-missing", LevelWarning, fmt.Sprintf("blocks[%d].alt", i), "say what it shows or where it leads", "this picture is a link without words: screen readers read its address out")
		}
	}
	if !strings.Contains(a.r.HTML, LinkUnsubscribe.Placeholder()) {
		// RFC 8058, and Gmail's and Yahoo's rules for senders since February 2024.
		a.say("no-opt-out", LevelError, a.body(), "add a link to message.unsubscribe_url", "there is no way to unsubscribe in it")
	}
	if a.t.Key != ConfirmKey && !strings.Contains(a.r.HTML, LinkRestore.Placeholder()) {
		a.say("no-way-back", LevelWarning, a.body(), "add a button that leads to cart.restore_url", "nothing in it leads back to the cart")
	}
}

// bodyOnly leaves the layout's own words out: shop's name, address and links.
func bodyOnly(page string) string {
	if _, after, ok := strings.Cut(page, `<td class="card"`); ok {
		page = "<td" + after
	}
	before, _, _ := strings.Cut(page, `<td class="foot"`)
	return before
}

// shorteners hide where a link leads. Mailbox providers and carriers refuse
// many of them (CTIA Messaging Principles 5.1.2.8; SpamAssassin's DecodeShortURLs).
func shorteners() []string {
	return []string{"bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "tiny.cc", "rb.gy", "shorturl.at", "t.ly", "bl.ink"}
}

func (a *adviser) links() {
	told := map[string]bool{}
	for _, e := range elements(a.r.HTML, "a", "img") {
		address, what := e.attrs["href"], "link"
		if e.name == "img" {
			address, what = e.attrs["src"], "picture"
		}
		if _, has := e.attrs["href"]; e.name == "a" && !has || told[address] || ours(address) {
			continue
		}
		told[address] = true
		a.link(strings.TrimSpace(address), what)
	}
}

// ours reports one of our own links: its address is the installation's.
func ours(address string) bool {
	return slices.ContainsFunc([]Link{LinkRestore, LinkUnsubscribe, LinkWhy, LinkConfirm}, func(l Link) bool {
		return strings.Contains(address, "/"+string(l)+"/"+l.Placeholder())
	})
}

func (a *adviser) link(address, what string) {
	u, err := url.Parse(address)
	scheme := ""
	if err == nil {
		scheme = strings.ToLower(u.Scheme)
	}
	switch {
	case address == "" || address == "#":
		a.say("link-empty", LevelWarning, a.body(), "give it an address", "a %s leads nowhere", what)
	case err != nil:
		a.say("link-broken", LevelError, a.body(), "copy it from your browser’s address line", "a %s’s address cannot be read: %s", what, short(address))
	case scheme == "mailto" || scheme == "tel" || scheme == "cid" || scheme == "data":
	case strings.HasPrefix(address, "#"):
	case scheme == "" && (strings.HasPrefix(address, "/") || !strings.Contains(strings.Split(address, "/")[0], ".")):
		a.say("link-relative", LevelError, a.body(), "write it with https:// and your domain", "a %s’s address works on your site only: %s", what, short(address))
	case scheme != "http" && scheme != "https":
		a.say("link-no-scheme", LevelError, a.body(), "put https:// before it", "a %s’s address does not begin with https://: %s", what, short(address))
	case scheme == "http":
		a.say("link-insecure", LevelWarning, a.body(), "write https://", "a %s’s address is not secure: %s", what, short(address))
	case slices.Contains(shorteners(), strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")):
		a.say("link-shortened", LevelWarning, a.body(), "use the address it stands for", "%s hides where the %s leads; many filters refuse that", u.Hostname(), what)
	}
}
