package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// --- dashboard.TemplateShelf: only the email is needed by a step.

func (m *memory) TemplateRetirement(_ context.Context, shopID string, n journey.TemplateName) (journey.Retirement, error) {
	s, _ := m.templateState(shopID, n)
	if !s.Published() {
		return journey.Retirement{}, gone("template")
	}
	r := journey.Retirement{Name: n, Version: s.Live.Version, Drafted: s.Drafted()}
	if n == reminderName {
		r.Needed, r.Uses = true, []journey.TemplateUse{{Sequence: "cart-value-conscious", Version: 1}}
	}
	return r, nil
}

func (m *memory) RetireTemplate(ctx context.Context, shopID string, n journey.TemplateName, seen int) error {
	r, err := m.TemplateRetirement(ctx, shopID, n)
	if err != nil {
		return err
	}
	if r.Needed || r.Version != seen {
		return fault.New(fault.Conflict, "it is the only text on this channel for cart-value-conscious").Try("give the step another template")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.desk[shopID][n]
	was.retired = true
	m.keepTemplate(shopID, n, was)
	m.writes = append(m.writes, "retire "+shopID+" "+n.String())
	return nil
}

func (m *memory) ReturnTemplate(_ context.Context, shopID string, n journey.TemplateName) (int, []journey.TemplateFinding, error) {
	s, _ := m.templateState(shopID, n)
	if !s.Retired() {
		return 0, nil, gone("retired template")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.desk[shopID][n]
	was.retired = false
	m.keepTemplate(shopID, n, was)
	m.writes = append(m.writes, "return "+shopID+" "+n.String())
	return s.Last.Version, nil, nil
}

// A text is retired after it was said what that means, and comes back.
func TestTextsAreRetiredAndComeBack(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m, overHTTP)
	in, looks := s.as("in-ed"), s.as("in-vera")
	const sms = "/templates/cart-reminder/sms/en"
	in.do("GET", editor+"/retire", "").has(t, "cannot be retired", "Cart value conscious", "/sequences/cart-value-conscious", "step 1")
	in.do("GET", editor+"/retire", "").lacks(t, "Retire version")
	refused := in.sends(editor+"/retire", "version", "2")
	refused.expect(t, http.StatusConflict)
	refused.has(t, `role="alert"`, "It is the only text on this channel")
	in.do("GET", sms+"/retire", "").has(t, "No step sends it", "Retire version 1")
	looks.do("GET", sms+"/retire", "").expect(t, http.StatusForbidden)
	looks.sends(sms+"/retire", "version", "1").expect(t, http.StatusForbidden)
	looks.sends(sms+"/return").expect(t, http.StatusForbidden)
	r := in.sends(sms+"/retire", "version", "1")
	r.expect(t, http.StatusSeeOther)
	list := in.do("GET", r.Header.Get("Location"), "")
	list.has(t, "The text is retired", "<h2 id=\"retired-h\">Retired</h2>", sms+"/return", "[name]: come back")
	looks.do("GET", "/templates", "").lacks(t, "/return")
	in.do("GET", sms, "").has(t, "retired", "Bring version 1 back")
	in.do("GET", sms+"/retire", "").expect(t, http.StatusNotFound)
	back := in.sends(sms + "/return")
	in.do("GET", back.Header.Get("Location"), "").has(t, "Version 1 is live")
	in.do("GET", "/templates", "").lacks(t, sms+"/return")
}

func TestTextsAreRetiredByAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	const at = "/api/v1/templates/cart-reminder/"
	s.do("POST", at+"email/en/retire", `{"version":2}`, key("key-one")...).expect(t, http.StatusConflict)
	got := s.do("POST", at+"sms/en/retire", `{"version":1}`, key("key-one")...)
	got.expect(t, http.StatusOK)
	got.has(t, `"retired":{`)
	got.lacks(t, `"live":{`)
	s.do("POST", at+"sms/en/return", "", key("key-one")...).has(t, `"live":{`)
	s.do("POST", at+"sms/en/return", "", key("key-one")...).expect(t, http.StatusNotFound)
}

// What a text message costs is told by the shop's own price, exactly, on the
// page and by the API; without one the page says where to set it.
func TestPreviewsTellWhatATextCosts(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m, overHTTP)
	const page, asked = "/templates/cart-reminder/sms/en", "/api/v1/templates/cart-reminder/sms/en/preview"
	looks := s.as("in-vera")
	s.as("in-ada").do("GET", page, "").has(t, `href="/settings/sending#sms_price"`)
	looks.do("GET", page, "").has(t, "once an owner has set the price")
	s.do("GET", asked, "", key("key-one")...).lacks(t, `"cost"`)
	m.shops[0].Settings.SMSPrice = money.Price{Micro: 7900, Currency: "USD"}
	looks.do("GET", page, "").has(t, "1 segment", "about 0.0079 USD per message to one recipient")
	long := s.as("in-ed").sends(page+"/preview", "body", strings.Repeat("your cart is still here ", 8))
	long.has(t, "2 segments", `"cost":"about 0.0158 USD per message to one recipient"`)
	s.do("GET", asked, "", key("key-one")...).has(t, `"cost":{"amount":"0.0079","currency":"USD","segments":1,"price":"0.0079"}`, `"problems":[]`)
	s.do("GET", "/api/v1/templates/cart-reminder/email/en/preview", "", key("key-one")...).lacks(t, `"cost"`)
	s.do("GET", asked+"?of=draft", "", key("key-one")...).expect(t, http.StatusNotFound)
	s.do("GET", asked+"?with=cart:other-cart", "", key("key-one")...).expect(t, http.StatusNotFound)
}
