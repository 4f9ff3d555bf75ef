package storefront

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/cartograph-dev/cartograph/internal/consent"
)

// Why is GET /why/:token: why did I get this? What is known, the decision, the
// permission and the law, and how to stop it.
func (s *Pages) Why(c echo.Context) error {
	w, err := s.engine.Why(c.Request().Context(), c.Param("token"))
	if err != nil {
		return s.failed(c, err)
	}
	s.noteClick(c, linkWhy)
	v := s.view(c, w.LinkPage)
	v.Why = &w
	return s.show(c, http.StatusOK, "why.html", v)
}

// Written says when and how the message came; Active what it counted from.
func (v view) Written() string {
	if v.Why.Step < 1 { // a request to confirm comes before all steps
		return fill(v.On(v.Channel, v.T.WhyAsked), "date", v.moment(v.Why.SentAt))
	}
	return fill(v.On(v.Channel, v.T.WhyStep), "date", v.moment(v.Why.SentAt), "step", number(v.Why.Step))
}

// Active says when the cart was last touched.
func (v view) Active() string { return fill(v.T.WhyCart, "date", v.moment(v.Why.LastActivity)) }

// Permission says why the shop may write.
func (v view) Permission() string {
	reason := said(v.T, func(t texts) map[string]string { return t.Permissions }, v.Why.Permission)
	return fill(v.T.WhySays, "shop", v.Shop(), "reason", reason)
}

// Given says where and when the consent was given, as far as it is known.
func (v view) Given() string {
	w := v.Why
	source := w.ConsentSource
	if source != "" {
		source = said(v.T, func(t texts) map[string]string { return t.Sources }, source)
	}
	switch {
	case w.ConsentAt.IsZero():
		return source
	case source == "":
		return v.moment(w.ConsentAt)
	}
	return fill(v.T.WhyOn, "source", source, "date", v.moment(w.ConsentAt))
}

// Shown says what shows the consent, "" where nothing is recorded.
func (v view) Shown() string {
	if v.Why.Evidence == "" {
		return ""
	}
	return said(v.T, func(t texts) map[string]string { return t.Evidence }, v.Why.Evidence)
}

// Quote sets words in the language's quotation marks.
func (v view) Quote(words string) string { return fill(v.T.Quoted, "words", words) }

// Place says whose law was taken to apply.
func (v view) Place() string {
	if v.Why.Country == "" {
		return v.T.WhyNowhere
	}
	return fill(v.T.WhyPlace, "country", v.Country(v.Why.Country))
}

// Law gives the rules of the policy pack, one sentence each.
func (v view) Law() []string {
	p, t := v.Why.Law, v.T
	if p.Channel == "" {
		return nil
	}
	var out []string
	add := func(holds bool, sentence string) {
		if holds {
			out = append(out, sentence)
		}
	}
	add(p.SoftOptIn && !p.Express, t.LawSoft)
	add(p.Express || !p.SoftOptIn, t.LawExpress)
	add(p.DoubleOptIn, t.LawDouble)
	add(p.ConsentNames != "", t.LawNamed)
	add(p.Week == consent.Always(), t.LawAlways)
	add(p.Week != consent.Always(), fill(t.LawHours, "hours", t.hours(p.Week)))
	add(p.Holidays != "", t.LawHolidays)
	add(p.MaxPerCart > 0, fill(t.LawPerCart, "n", number(p.MaxPerCart)))
	add(p.MaxPerDay > 0, fill(t.LawPerDay, "n", number(p.MaxPerDay)))
	add(p.Within > 0, fill(t.LawWithin, "n", hoursOf(p.Within)))
	add(p.Window > 0, fill(t.LawWindow, "n", hoursOf(p.Window)))
	return out
}

// Source says where the law can be read, "" where it is not known.
func (v view) Source() string {
	if v.Why.Law.Source == "" {
		return ""
	}
	return fill(v.T.WhySource, "source", v.Why.Law.Source, "date", v.Date(v.Why.Law.Reviewed))
}

// From says where the facts come from.
func (v view) From() string {
	return fill(v.T.WhyFrom, "shop", v.Shop(), "platform", v.platform())
}

func (v view) platform() string {
	switch p := v.Why.Known.Platform; p {
	case "shopify":
		return "Shopify"
	case "woocommerce":
		return "WooCommerce"
	case "", "generic":
		return "Cartograph"
	default:
		return p
	}
}

func hoursOf(d time.Duration) string { return number(int(d / time.Hour)) }
