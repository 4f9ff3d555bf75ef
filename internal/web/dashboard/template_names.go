package dashboard

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/labstack/echo/v4"
)

// TemplateNames is GET /templates/names.json: what templates can use, for
// completion. It is made of the very tables that templates are checked by.
func (d *Dashboard) TemplateNames(c echo.Context, _ member) error {
	return c.JSON(http.StatusOK, message.Vocabulary())
}

// wordsView lists what templates can use, for reading.
type wordsView struct {
	frame
	Words message.Words
}

// TemplateWords is GET /templates/words.
func (d *Dashboard) TemplateWords(c echo.Context, m member) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	return d.show(c, http.StatusOK, "template-words.html", wordsView{frame: d.frame(m, "What templates can use", "templates", sandbox), Words: message.Vocabulary()})
}

// wordList is one of the page's tables.
type wordList struct {
	Title, Shown string
	Words        []message.Word
}

// List hands words to the table.
func (v wordsView) List(title, shown string, words []message.Word) wordList {
	return wordList{Title: title, Shown: shown, Words: words}
}
