package playbook

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
)

const blocksFile = `templates:
  - key: saved
    channel: email
    locale: en
    subject: Your bag is saved
    blocks:
      - {kind: heading, text: Your bag is saved, align: center}
      - kind: text
        text: |-
          Hi {{ shopper.first_name | default: 'there' }},

          **nothing** is ordered yet.
      - {kind: items, most: 4}
      - {kind: button, label: Return to my bag, link: '{{ cart.restore_url }}'}
    style: {brand: '#0d5c63', width: 560}
`

func blocksBook() Book {
	return Book{Templates: []message.Template{{Key: "saved", Channel: event.Email, Locale: "en", Subject: "Your bag is saved",
		Blocks: []message.Block{
			{Kind: "heading", Text: "Your bag is saved", Align: "center"},
			{Kind: "text", Text: "Hi {{ shopper.first_name | default: 'there' }},\n\n**nothing** is ordered yet."},
			{Kind: "items", Most: 4},
			{Kind: "button", Label: "Return to my bag", Link: "{{ cart.restore_url }}"},
		}, Style: message.Style{Brand: "#0d5c63", Width: 560}}}}
}

// Blocks are read and written, in a form that people can keep in version control.
func TestBlocksInFiles(t *testing.T) {
	t.Parallel()
	got, err := Parse([]byte(blocksFile), "shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(blocksBook(), got, sameBook); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	file, err := Export(blocksBook())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(blocksFile, string(file)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if found := got.Check(Book{}, message.NewRenderer(nil).Check); found.Err() != nil {
		t.Error(found)
	}
}

// Faults in blocks are told where they stand.
func TestBlocksInFilesAreChecked(t *testing.T) {
	t.Parallel()
	change := func(from, to string) string { return strings.Replace(blocksFile, from, to, 1) }
	for file, want := range map[string]string{
		change("kind: items", "knid: items"):                   `13:10 there is no field "knid" here`,
		change("most: 4", "most: four"):                        "13:29 it should be a number",
		change("most: 4", "most: -4"):                          "13:29 it should be a number",
		change("channel: email", "channel: sms"):               "7:7 only email templates have blocks",
		change("    style:", "    body: <p>x</p>\n    style:"): "15:11 the body is made of the blocks",
		change("width: 560", "width: [560]"):                   "15:38 it should be text, not a list",
		change("    style:", "    style: 3\n    styl:"):        "15:12 it should be a map of fields",
	} {
		_, err := Parse([]byte(file), "shop.yaml")
		if got := strings.Join(problems(t, err), "\n"); !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for file, want := range map[string]string{
		change("kind: items", "kind: itmes"):               `13:16 there is no kind of block "itmes"`,
		change("{{ cart.restore_url }}", "shop.example"):   "14:55 \"shop.example\" is not a whole address",
		change("shopper.first_name", "shopper.frist_name"): "9:15 there is no variable \"shopper.frist_name\"",
		change("'#0d5c63'", "teal"):                        "15:20 \"teal\" is no colour",
	} {
		b, err := Parse([]byte(file), "shop.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(problems(t, b.Check(Book{}, message.NewRenderer(nil).Check).Err()), "\n"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// A field that blocks or styles gain must be read and written here too.
func TestBlockFieldsInFiles(t *testing.T) {
	t.Parallel()
	for what, names := range map[reflect.Type][]string{reflect.TypeFor[message.Block](): blockFields, reflect.TypeFor[message.Style](): styleFields} {
		for f := range what.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !strings.Contains(" "+strings.Join(names, " ")+" ", " "+name+" ") {
				t.Errorf("%s.%s is not in files", what, name)
			}
		}
		if len(names) != what.NumField() {
			t.Errorf("%s has %d fields, files %d", what, what.NumField(), len(names))
		}
	}
}
