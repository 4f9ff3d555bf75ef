package dashboard

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/labstack/echo/v4"
)

// TemplateNames is GET /templates/names.json: what templates can use, for
// completion. It is made of the very tables that templates are checked by.
func (d *Dashboard) TemplateNames(c echo.Context, _ member) error {
	return c.JSON(http.StatusOK, message.Names())
}

// wordsView lists what templates can use, for reading.
type wordsView struct {
	frame
	Kinds []wordKind
}

// wordKind is one of the page's tables.
type wordKind struct {
	Title string
	Names []message.Name
}

// wordKinds are the tables in the order of reading.
func wordKinds() []wordKind {
	out := []wordKind{{Title: "Variables"}, {Title: "Snippets"}, {Title: "Tags"}, {Title: "Filters"}}
	place := map[string]int{"variable": 0, "snippet": 1, "tag": 2, "filter": 3}
	for _, n := range message.Names() {
		k := &out[place[n.Kind]]
		k.Names = append(k.Names, n)
	}
	return out
}

// TemplateWords is GET /templates/words.
func (d *Dashboard) TemplateWords(c echo.Context, m member) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	return d.show(c, http.StatusOK, "template-words.html", wordsView{frame: d.frame(m, "What templates can use", "templates", sandbox), Kinds: wordKinds()})
}
