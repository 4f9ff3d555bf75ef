// Package templates holds the words Cartograph ships: message templates by
// locale and persona, and the snippets they share.
//
// A template is the file <locale>/<folder>/<key>.<channel>.liquid. The folder
// is for the reader only (a persona's key, or "shared"). The file may open with
// YAML between two lines of "---" for what is not the body: subject, preheader
// and text of an email, title, image and button of a Messenger card. An email
// of blocks has them there, with its style, and nothing below.
package templates

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// FS is the whole tree. A new locale's folder is picked up without a change here.
//
//go:embed */*
var FS embed.FS

// snippets is the folder that is no locale.
const snippets = "snippets"

// extension ends every file of the tree.
const extension = ".liquid"

// Snippets gives the tree the renderer finds `{% render 'name' %}` in:
// snippets/<name>.html.liquid for email bodies, snippets/<name>.txt.liquid for text.
func Snippets() fs.FS { return FS }

// Load reads every shipped template, sorted by path.
func Load() ([]message.Template, error) { return load(FS) }

// load reads the templates of a tree. Two of the same key, channel and locale are an error.
func load(tree fs.FS) ([]message.Template, error) {
	var all []message.Template
	from := map[[3]string]string{}
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path == snippets:
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, extension):
			return nil
		}
		t, err := read(tree, path)
		if err != nil {
			return err
		}
		id := [3]string{t.Key, string(t.Channel), t.Locale}
		if from[id] != "" {
			return fault.New(fault.Conflict, "%s is the same template as %s", path, from[id]).
				Try("give one of them another key")
		}
		from[id] = path
		all = append(all, t)
		return nil
	})
	return all, err
}

// read makes one template of one file.
func read(tree fs.FS, path string) (message.Template, error) {
	t, err := named(path)
	if err != nil {
		return message.Template{}, err
	}
	source, err := fs.ReadFile(tree, path)
	if err != nil {
		return message.Template{}, fault.Wrap(fault.Internal, err, "reading the template %s", path)
	}
	front, body, closed := split(string(source))
	if !closed {
		return message.Template{}, fault.New(fault.Unprocessable, "the front matter has no end").
			In(path).Try("close it with a line of three dashes")
	}
	var m matter
	if err := yaml.UnmarshalWithOptions([]byte(front), &m, yaml.Strict()); err != nil {
		return message.Template{}, fault.Wrap(fault.Unprocessable, err, "the front matter cannot be read").
			In(path).Try("write YAML with subject, preheader, text, title, image, button, blocks and style only")
	}
	t.Subject, t.Preheader, t.Text = m.Subject, m.Preheader, strings.TrimSpace(m.Text)
	t.Title, t.Image, t.Button = m.Title, m.Image, m.Button
	t.Body = strings.TrimSpace(body)
	t.Blocks, t.Style = m.Blocks, m.Style
	if len(t.Blocks) > 0 && t.Body+t.Text != "" {
		return message.Template{}, fault.New(fault.Unprocessable, "the body is made of the blocks").
			In(path).Try("take out what follows the front matter, or the blocks")
	}
	return t, nil
}

// matter is the front matter: what a template has besides its body.
type matter struct {
	// Subject, Preheader and Text are an email's.
	Subject   string `yaml:"subject"`
	Preheader string `yaml:"preheader"`
	Text      string `yaml:"text"`
	// Title, Image and Button are a Messenger card's.
	Title  string `yaml:"title"`
	Image  string `yaml:"image"`
	Button string `yaml:"button"`
	// Blocks and Style make an email without a body.
	Blocks []message.Block `yaml:"blocks"`
	Style  message.Style   `yaml:"style"`
}

// named reads locale, key and channel off the path.
func named(path string) (message.Template, error) {
	parts := strings.Split(path, "/")
	key, channel, _ := strings.Cut(strings.TrimSuffix(parts[len(parts)-1], extension), ".")
	t := message.Template{Key: key, Channel: event.Channel(channel), Locale: parts[0], Version: 1}
	switch t.Channel {
	case event.Email, event.SMS, event.Messenger:
		if len(parts) == 3 && key != "" {
			return t, nil
		}
	}
	return t, fault.New(fault.Unprocessable, "the template's path says no locale, key and channel").
		In(path).Try("name it <locale>/<folder>/<key>.<email|sms|messenger>.liquid")
}

// fence stands alone on the lines before and after the front matter.
const fence = "---\n"

// split cuts a file into front matter and body. Without an opening fence it is
// all body; closed is false where an opening fence has no closing one.
func split(source string) (front, body string, closed bool) {
	source = strings.ReplaceAll(source, "\r\n", "\n")
	rest, opened := strings.CutPrefix(source, fence)
	if !opened {
		return "", source, true
	}
	// The newline put before it lets an empty front matter close at once.
	return strings.Cut("\n"+rest, "\n"+fence)
}
