package dashboard

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// channelOrder is how pages list channels.
var channelOrder = []event.Channel{event.Email, event.SMS, event.Messenger}

// texts gives every text of a shop once, the draft before what is live, by name.
func texts(b journey.TemplateBoard) []journey.TemplateState {
	var out []journey.TemplateState
	for _, t := range b.Live {
		out = append(out, journey.TemplateState{Name: journey.NameOf(t), Live: t})
	}
	for _, d := range b.Drafts {
		name := journey.NameOf(d.Template)
		at := slices.IndexFunc(out, func(s journey.TemplateState) bool { return s.Name == name })
		if at < 0 {
			at = len(out)
			out = append(out, journey.TemplateState{Name: name})
		}
		out[at].Draft = d
	}
	slices.SortStableFunc(out, func(a, b journey.TemplateState) int { return strings.Compare(a.Name.String(), b.Name.String()) })
	return out
}

// groupsOf arranges texts by key, each in all the locales that the shop writes in.
func groupsOf(b journey.TemplateBoard, locales []string) []templateGroup {
	var out []templateGroup
	all := texts(b)
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].Name.Key == all[from].Name.Key {
			to++
		}
		out = append(out, groupOf(all[from:to], locales, b.Sequences))
		from = to
	}
	return out
}

// groupOf arranges the texts of one key.
func groupOf(of []journey.TemplateState, locales []string, sequences []sequence.Sequence) templateGroup {
	g := templateGroup{Key: of[0].Name.Key, Locales: locales, Uses: usesOf(of[0].Name.Key, sequences)}
	var live []message.Template
	for _, s := range of {
		if s.Published() {
			live = append(live, s.Live)
		}
	}
	for _, ch := range channelOrder {
		row := templateRow{Channel: ch}
		for _, locale := range g.Locales {
			row.Cells = append(row.Cells, cellOf(of, live, journey.TemplateName{Key: g.Key, Channel: ch, Locale: locale}))
		}
		if slices.ContainsFunc(row.Cells, templateCell.Exists) || sends(g.Key, ch, sequences) {
			if at := slices.IndexFunc(of, func(s journey.TemplateState) bool { return s.Name.Channel == ch }); at >= 0 {
				row.Sketch = sketchOf(of[at].Current())
			}
			g.Rows = append(g.Rows, row)
			g.Opening = first(g.Opening, openingIn(row.Cells))
		}
	}
	return g
}

// cellOf tells of one text, or which serves in its place.
func cellOf(of []journey.TemplateState, live []message.Template, n journey.TemplateName) templateCell {
	cell := templateCell{Name: n}
	if at := slices.IndexFunc(of, func(s journey.TemplateState) bool { return s.Name == n }); at >= 0 {
		cell.Version, cell.Drafted, cell.Opening = of[at].Live.Version, of[at].Drafted(), openingWords(of[at].Current())
	}
	if cell.Version == 0 {
		if t, ok := message.Pick(live, string(n.Channel), n.Locale); ok {
			cell.Serves = t.Locale
		}
	}
	return cell
}

func openingIn(cells []templateCell) string {
	for _, c := range cells {
		if c.Opening != "" {
			return c.Opening
		}
	}
	return ""
}

// usesOf says which steps send a key.
func usesOf(key string, sequences []sequence.Sequence) []string {
	if key == message.ConfirmKey {
		return []string{"Asks an address to confirm its yes, before anything else"}
	}
	var out []string
	for _, s := range sequences {
		for i, step := range s.Steps {
			if step.Template == key {
				out = append(out, keyWords(s.Key)+", step "+strconv.Itoa(i+1)+", after "+duration.Format(step.After))
			}
		}
	}
	return out
}

// sends reports whether a step may send a key by a channel.
func sends(key string, ch event.Channel, sequences []sequence.Sequence) bool {
	return slices.ContainsFunc(sequences, func(s sequence.Sequence) bool {
		return slices.ContainsFunc(s.Steps, func(step sequence.Step) bool {
			return step.Template == key && slices.Contains(step.Channels, ch)
		})
	})
}

// localesOf are all locales of a shop's texts and its own.
func localesOf(b journey.TemplateBoard, own string) []string {
	out := []string{"en"}
	for _, s := range texts(b) {
		out = append(out, s.Name.Locale)
	}
	if own != "" {
		out = append(out, own)
	}
	slices.SortFunc(out, englishFirst)
	return slices.Compact(out)
}

// englishFirst orders locales: English serves all others, so it comes first.
func englishFirst(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "en":
		return -1
	case b == "en":
		return 1
	}
	return strings.Compare(a, b)
}

// mentions reports whether a key or any of its texts holds a word.
func mentions(b journey.TemplateBoard, key, word string) bool {
	word = strings.ToLower(word)
	for _, s := range texts(b) {
		if s.Name.Key != key {
			continue
		}
		t := s.Current()
		all := strings.Join([]string{key, keyWords(key), t.Subject, t.Preheader, t.Title, t.Body, t.Text, t.Button, t.Locale}, "\n")
		if strings.Contains(strings.ToLower(all), word) {
			return true
		}
	}
	return false
}

var (
	// markup is what is not words in a template: tags of HTML and of Liquid.
	markup = regexp.MustCompile(`(?s)<[^>]*>|\{%.*?%\}`)
	// printed is a variable that a template prints.
	printed = regexp.MustCompile(`\{\{-?\s*([a-z_.]+)[^}]*\}\}`)
)

// openingWords gives how a template begins, in words: variables as […].
func openingWords(t message.Template) string {
	for _, text := range []string{t.Subject, t.Title, t.Body} {
		text = printed.ReplaceAllStringFunc(markup.ReplaceAllString(text, " "), func(v string) string {
			path := printed.FindStringSubmatch(v)[1]
			return "[" + spaced(path[strings.LastIndexByte(path, '.')+1:]) + "]"
		})
		if text = strings.Join(strings.Fields(text), " "); text != "" {
			return clip(text, 90)
		}
	}
	return ""
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
