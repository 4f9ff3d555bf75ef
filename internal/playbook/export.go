package playbook

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// maxLine is how wide a list or step may be and still stand on one line.
const maxLine = 110

// Export writes a book as Parse reads it: fields in a fixed order, entries in
// the book's, versions left out. What Parse would refuse as text (control
// characters, a time in fractions of a second) is fault.Unprocessable; other
// faults of a book's meaning are written as they are.
func Export(b Book) ([]byte, error) {
	w := &writer{}
	w.section("personas", len(b.Personas), func(i int) { w.persona(b.Personas[i]) })
	w.section("sequences", len(b.Sequences), func(i int) { w.sequence(b.Sequences[i]) })
	w.section("templates", len(b.Templates), func(i int) { w.template(b.Templates[i]) })
	if w.err != nil {
		return nil, w.err
	}
	return []byte(w.out.String()), nil
}

// writer builds the file and keeps the first thing that cannot be written.
type writer struct {
	out strings.Builder
	// path is the entry being written, for errors; dash is true until its first field.
	path string
	dash bool
	// kept is true after a block whose trailing line breaks count, so that no empty line may follow.
	kept bool
	err  error
}

func (w *writer) section(name string, n int, entry func(int)) {
	if n == 0 {
		return
	}
	if w.out.Len() > 0 && !w.kept {
		w.out.WriteByte('\n')
	}
	w.out.WriteString(name + ":\n")
	for i := range n {
		w.path, w.dash = fmt.Sprintf("%s[%d]", name, i), true
		entry(i)
	}
}

func (w *writer) persona(p persona.Persona) {
	w.text("key", p.Key)
	w.text("name", p.Name)
	w.text("portrait", p.Portrait)
	w.list("goals", p.Goals)
	w.list("pains", p.Pains)
	w.list("objections", p.Objections)
	w.list("likes", channelNames(p.Likes))
	w.text("rule", p.Rule)
}

func (w *writer) sequence(s sequence.Sequence) {
	w.text("key", s.Key)
	w.text("stage", string(s.Stage))
	w.text("trigger", string(s.Trigger))
	w.text("persona", s.Persona)
	if len(s.Steps) == 0 {
		return
	}
	w.line("steps:")
	for i, step := range s.Steps {
		w.step(fmt.Sprintf("%s.steps[%d]", w.path, i), step)
	}
}

// step writes one step on one line, or its fields below each other where that
// is too wide or a condition needs several lines.
func (w *writer) step(path string, s sequence.Step) {
	w.whole(path+".after", int64(s.After))
	w.whole(path+".max_late", int64(s.MaxLate))
	channels := make([]string, len(s.Channels))
	for i, c := range s.Channels {
		channels[i] = w.scalar(path+".channels", string(c), true)
	}
	fields := []string{
		"after: " + duration.Format(s.After),
		"channels: [" + strings.Join(channels, ", ") + "]",
		"template: " + w.scalar(path+".template", s.Template, true),
	}
	if s.When != "" {
		fields = append(fields, "when: "+w.scalar(path+".when", s.When, true))
	}
	if s.MaxLate != 0 {
		fields = append(fields, "max_late: "+duration.Format(s.MaxLate))
	}
	if s.Paused {
		fields = append(fields, "paused: true")
	}
	if s.Offer != nil {
		fields = append(fields, w.offer(path+".offer", *s.Offer))
	}
	if one := "      - {" + strings.Join(fields, ", ") + "}"; utf8.RuneCountInString(one) <= maxLine {
		w.out.WriteString(one + "\n")
	} else {
		w.out.WriteString("      - " + strings.Join(fields, "\n        ") + "\n")
	}
	w.kept = false
}

// offer writes a step's offer on one line.
func (w *writer) offer(path string, o sequence.Offer) string {
	w.whole(path+".valid_for", int64(o.ValidFor))
	var fields []string
	for _, f := range []struct{ name, value string }{{"code", o.Code}, {"codes", o.Codes}, {"value", o.Value}} {
		if f.value != "" {
			fields = append(fields, f.name+": "+w.scalar(path+"."+f.name, f.value, true))
		}
	}
	return "offer: {" + strings.Join(append(fields, "valid_for: "+duration.Format(o.ValidFor)), ", ") + "}"
}

func (w *writer) template(t message.Template) {
	w.text("key", t.Key)
	w.text("channel", string(t.Channel))
	w.text("locale", t.Locale)
	w.text("subject", t.Subject)
	w.text("preheader", t.Preheader)
	w.blocks(t.Blocks)
	w.style(t.Style)
	if len(t.Blocks) == 0 {
		w.text("body", t.Body)
		w.text("text", t.Text)
	}
	w.text("title", t.Title)
	w.text("image", t.Image)
	w.text("button", t.Button)
}

// line writes one field of an entry, the first after the entry's dash.
func (w *writer) line(text string) {
	indent := "    "
	if w.dash {
		indent, w.dash = "  - ", false
	}
	w.out.WriteString(indent + text + "\n")
	w.kept = false
}

// text writes a field: several lines as a literal block, an empty one not at all.
func (w *writer) text(name, value string) {
	if value == "" {
		return
	}
	if header, body, ok := block(value, "      "); ok {
		w.check(within(w.path, name), value)
		w.line(name + ": " + header)
		w.out.WriteString(body)
		w.kept = header != "|" && header != "|-"
		return
	}
	w.line(name + ": " + w.scalar(within(w.path, name), value, false))
}

// list writes a list on one line where it fits, else one entry a line.
func (w *writer) list(name string, values []string) {
	if len(values) == 0 {
		return
	}
	inline := make([]string, len(values))
	for i, v := range values {
		inline[i] = w.scalar(within(w.path, name), v, true)
	}
	if one := name + ": [" + strings.Join(inline, ", ") + "]"; utf8.RuneCountInString(one) <= maxLine {
		w.line(one)
		return
	}
	w.line(name + ":")
	for _, v := range values {
		w.out.WriteString("      - " + w.scalar(within(w.path, name), v, false) + "\n")
	}
}

// scalar writes a text on one line, and notes one that Parse would refuse.
func (w *writer) scalar(path, value string, inFlow bool) string {
	w.check(path, value)
	return scalar(value, inFlow)
}

func (w *writer) check(path, value string) {
	wrong, remedy := checkText(value)
	if wrong == "" && !utf8.ValidString(value) {
		wrong, remedy = "the text is not UTF-8", "write it again"
	}
	if wrong != "" && w.err == nil {
		w.err = fault.New(fault.Unprocessable, "%s", wrong).In(path).Try(remedy)
	}
}

// whole wants a duration of whole seconds that is not negative.
func (w *writer) whole(path string, d int64) {
	if (d < 0 || d%1e9 != 0) && w.err == nil {
		w.err = fault.New(fault.Unprocessable, "the time is not a number of whole seconds").In(path).Try("round it to seconds")
	}
}

func channelNames(channels []event.Channel) []string {
	names := make([]string, len(channels))
	for i, c := range channels {
		names[i] = string(c)
	}
	return names
}
