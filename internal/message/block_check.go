package message

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// checkBlocks looks at everything but the inside of texts and links, which is
// read while compiling.
func checkBlocks(blocks []Block) error {
	if len(blocks) > maxBlocks {
		return wrongBlock("blocks", "take some out", "there are more than %d blocks", maxBlocks)
	}
	kinds := BlockKinds()
	for i, b := range blocks {
		if err := b.check(kinds, fmt.Sprintf("blocks[%d]", i)); err != nil {
			return err
		}
	}
	return nil
}

func (b Block) check(all []BlockKind, path string) error {
	at := slices.IndexFunc(all, func(k BlockKind) bool { return k.Kind == b.Kind })
	if at < 0 {
		var names []string
		for _, k := range all {
			names = append(names, k.Kind)
		}
		return wrongBlock(path+".kind", "use one of "+strings.Join(names, ", "), "there is no kind of block %q", b.Kind)
	}
	kind := all[at]
	for _, name := range blockFields() {
		if value := *b.text(name); value != "" && kind.field(name) == nil {
			return wrongBlock(path+"."+name, "take it out", "a block of kind %s has no %s", b.Kind, name)
		}
	}
	if f := kind.field("most"); b.Most != 0 && f == nil {
		return wrongBlock(path+".most", "take it out", "a block of kind %s has no most", b.Kind)
	} else if b.Most != 0 && (b.Most < f.Min || b.Most > f.Max) {
		return wrongBlock(path+".most", fmt.Sprintf("write %d to %d", f.Min, f.Max), "%d lines cannot be shown", b.Most)
	}
	for _, f := range kind.Fields {
		if f.Type == "number" {
			continue
		}
		if err := f.check(*b.text(f.Name), path+"."+f.Name); err != nil {
			return err
		}
	}
	if b.Kind == BlockColumns && (b.Label == "") != (b.Link == "") {
		return wrongBlock(path+".link", "give both, or neither", "a link needs a label and an address")
	}
	return nil
}

// field gives a kind's field, nil when it has none of that name.
func (k BlockKind) field(name string) *BlockField {
	for i := range k.Fields {
		if k.Fields[i].Name == name {
			return &k.Fields[i]
		}
	}
	return nil
}

// check looks at one value of text.
func (f BlockField) check(value, path string) error {
	switch {
	case f.Required && strings.TrimSpace(value) == "":
		return wrongBlock(path, "fill it in, or remove the block", "%s is missing", strings.ToLower(f.Label))
	case f.Type == "choice":
		return f.checkChoice(value, path)
	case !utf8.ValidString(value):
		return wrongBlock(path, "type it again", "the text is not valid UTF-8")
	case utf8.RuneCountInString(value) > f.Max:
		return wrongBlock(path, "shorten it", "there are more than %d characters", f.Max)
	case f.Type != "text" && strings.ContainsAny(value, "\r\n"):
		return wrongBlock(path, "write it on one line", "there is a line break in it")
	}
	for _, r := range value {
		if unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) {
			return wrongBlock(path, "take it out", "there is a control character %U in it", r)
		}
	}
	return nil
}

func (f BlockField) checkChoice(value, path string) error {
	var can []string
	for _, c := range f.Choices {
		if c.Value == value {
			return nil
		}
		if c.Value != "" {
			can = append(can, c.Value)
		}
	}
	return wrongBlock(path, "use "+strings.Join(can, ", ")+", or leave it out", "%q is not possible here", value)
}

// check looks at a style's values.
func (s Style) check() error {
	for _, f := range StyleFields() {
		path := "style." + f.Name
		switch f.Name {
		case "brand", "ink":
			c := s.Brand
			if f.Name == "ink" {
				c = s.Ink
			}
			if _, ok := parseColour(c); !ok && c != "" {
				return wrongBlock(path, "write it as #rrggbb, such as #0d5c63", "%q is no colour", c)
			}
		case "width":
			if s.Width != 0 && (s.Width < f.Min || s.Width > f.Max) {
				return wrongBlock(path, fmt.Sprintf("write %d to %d", f.Min, f.Max), "an email cannot be %d pixels wide", s.Width)
			}
		case "font":
			if err := f.checkChoice(s.Font, path); err != nil {
				return err
			}
		case "corners":
			if err := f.checkChoice(s.Corners, path); err != nil {
				return err
			}
		}
	}
	return nil
}
