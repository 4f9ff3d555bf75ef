package dashboard

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/labstack/echo/v4"
)

// readyMade are the kinds of a short email that most shops could send as it is.
const readyMade = "heading text items button divider signature"

// Blocks reports whether the email is put together without writing HTML.
func (v templateView) Blocks() bool { return v.Email() && (v.Text.Blocks != nil || v.RawBlocks != "") }

// Ready are the kinds of the ready-made email.
func (v templateView) Ready() string { return readyMade }

// BlockText are the blocks as the form sends them.
func (v templateView) BlockText() string {
	if v.RawBlocks != "" {
		return v.RawBlocks
	}
	if len(v.Text.Blocks) == 0 {
		return "[]"
	}
	b, err := json.MarshalIndent(v.Text.Blocks, "", "  ")
	if err != nil {
		return "[]" // plain structs always marshal
	}
	return string(b)
}

// Kinds describes the blocks to the page's script.
func (v templateView) Kinds() []message.BlockKind { return message.BlockKinds() }

// styleField is one field of an email's style with its value.
type styleField struct {
	message.BlockField
	Value string
}

// StyleFields are the style's fields as the form shows them.
func (v templateView) StyleFields() []styleField {
	s := v.Text.Style
	values := map[string]string{"brand": s.Brand, "ink": s.Ink, "font": s.Font, "corners": s.Corners}
	if s.Width != 0 {
		values["width"] = strconv.Itoa(s.Width)
	}
	var out []styleField
	for _, f := range message.StyleFields() {
		out = append(out, styleField{f, first(values[f.Name], f.Default)})
	}
	return out
}

// formBlocks reads the blocks and style of an editor's form.
func formBlocks(c echo.Context, t message.Template) (message.Template, error) {
	if t.Channel != event.Email || c.FormValue("mode") != "blocks" {
		return t, nil
	}
	t.Body, t.Text = "", ""
	dec := json.NewDecoder(strings.NewReader(first(strings.TrimSpace(c.FormValue("blocks")), "[]")))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&t.Blocks); err != nil {
		return t, fault.Wrap(fault.Unprocessable, err, "the blocks cannot be read").In("blocks").
			Try("mend the list of blocks: it is JSON, as the block editor writes it")
	}
	if t.Blocks == nil {
		t.Blocks = []message.Block{}
	}
	for _, f := range message.StyleFields() {
		value := strings.TrimSpace(c.FormValue("style." + f.Name))
		if value == "" || value == f.Default {
			continue
		}
		switch f.Name {
		case "brand":
			t.Style.Brand = value
		case "ink":
			t.Style.Ink = value
		case "font":
			t.Style.Font = value
		case "corners":
			t.Style.Corners = value
		case "width":
			n, err := strconv.Atoi(value)
			if err != nil {
				return t, fault.New(fault.Unprocessable, "the width is no number").In("style.width").Try("write pixels, such as 600")
			}
			t.Style.Width = n
		}
	}
	return t, nil
}

// readyBlocks makes the ready-made email of the kinds' own defaults.
func readyBlocks() []message.Block {
	var out []message.Block
	for _, name := range strings.Fields(readyMade) {
		for _, kind := range message.BlockKinds() {
			if kind.Kind == name {
				out = append(out, fresh(kind))
			}
		}
	}
	return out
}

// fresh is a new block of a kind.
func fresh(kind message.BlockKind) message.Block {
	b := message.Block{Kind: kind.Kind}
	for _, f := range kind.Fields {
		switch f.Name {
		case "text":
			b.Text = f.Default
		case "label":
			b.Label = f.Default
		case "link":
			b.Link = f.Default
		case "image":
			b.Image = f.Default
		case "alt":
			b.Alt = f.Default
		case "size":
			b.Size = f.Default
		case "align":
			b.Align = f.Default
		case "emphasis":
			b.Emphasis = f.Default
		case "pictures":
			b.Pictures = f.Default
		case "when":
			b.When = f.Default
		case "by":
			b.By = f.Default
		case "most":
			b.Most, _ = strconv.Atoi(f.Default)
		}
	}
	return b
}

// ConvertTemplate is POST …/convert: an email of blocks becomes one of HTML with
// the same look, or one of HTML begins anew with blocks.
func (d *Dashboard) ConvertTemplate(c echo.Context, m member) error {
	v, err := d.edited(c, m)
	if err != nil {
		return d.again(c, m, v, "save", err)
	}
	if v.Name.Channel != event.Email {
		return fault.New(fault.Unprocessable, "only emails are made of blocks").In("blocks").Try("write the text into the body")
	}
	if c.FormValue("to") == "html" {
		if v.Text, err = v.Text.Compiled(); err != nil {
			return d.again(c, m, v, "save", err)
		}
		v.Text.Blocks, v.Text.Style = nil, message.Style{}
	} else {
		v.Text.Body, v.Text.Text, v.Text.Blocks = "", "", readyBlocks()
	}
	if err := d.keep(c, m, &v); err != nil {
		return d.again(c, m, v, "save", err)
	}
	return d.backTo(c, m, v, "did", "converted")
}
