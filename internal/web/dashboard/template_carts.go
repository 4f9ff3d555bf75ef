package dashboard

import (
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// How many of the newest carts are looked through, and how many are offered.
const (
	cartsSearched = 200
	cartsOffered  = 12
)

// cartChoices are the newest carts with something in them, those that hold a
// word in name, address or id; the chosen one is always there.
func (d *Dashboard) cartChoices(c echo.Context, m member, with, word string) ([]choice, error) {
	limit := cartsOffered
	if word != "" {
		limit = cartsSearched
	}
	p, err := d.Reader.Carts(c.Request().Context(), m.shop.ID, journey.Query{Limit: limit})
	if err != nil {
		return nil, err
	}
	f := d.frame(m, "", "", nil)
	var out []choice
	for _, row := range p.Items {
		value := "cart:" + row.ID
		if row.Items == 0 || len(out) == cartsOffered || !found(row, word) {
			continue
		}
		out = append(out, choice{Value: value, Label: cartLabel(f, row), Chosen: value == with})
	}
	if strings.HasPrefix(with, "cart:") && !chosen(out) && word == "" {
		out = append(out, choice{Value: with, Label: "The chosen cart", Chosen: true})
	}
	return out, nil
}

func chosen(of []choice) bool {
	for _, c := range of {
		if c.Chosen {
			return true
		}
	}
	return false
}

// found reports whether a cart's row holds a word.
func found(row journey.CartRow, word string) bool {
	all := strings.ToLower(strings.Join([]string{row.ID, row.FirstName + " " + row.LastName, row.Email, row.Phone}, "\n"))
	return strings.Contains(all, strings.ToLower(word))
}

// cartLabel names a cart in a list.
func cartLabel(f frame, row journey.CartRow) string {
	return cartLink{frame: f, CartRow: row}.Who() + ", " + f.Money(row.Total) + ", " + f.Ago(row.LastActivity)
}

// TemplateCarts is GET /templates/carts.json?q=: carts to show a template with.
func (d *Dashboard) TemplateCarts(c echo.Context, m member) error {
	found, err := d.cartChoices(c, m, "", strings.TrimSpace(c.QueryParam("q")))
	if err != nil {
		return err
	}
	type entry struct {
		Value string `json:"value"`
		Label string `json:"label"`
	}
	out := []entry{}
	for _, f := range found {
		out = append(out, entry{f.Value, f.Label})
	}
	return c.JSON(http.StatusOK, map[string]any{"carts": out})
}
