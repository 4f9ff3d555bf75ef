package dashboard

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestWhereSignInLeads(t *testing.T) {
	t.Parallel()
	for _, then := range []string{"/carts", "/carts/01a2?shop=s-1", "/?range=30d&compare=1", "/sequences/cart-left/draft", "/shoppers/a%20b", "/invitation/AAAAAAAAAAAAAAAAAAAAAAAA"} {
		if got := onward(then); got != then {
			t.Errorf("%q leads to %q", then, got)
		}
	}
	for _, then := range []string{
		"", "/", "//evil.example", "/\\evil.example", "https://evil.example/carts", "/carts//evil.example", "/carts/../oidc", "/sign-out", "/sign-in", "/r/token",
		"/carts\r\nX: y", "/carts?x=//e", "/cartsx", "carts", "/carts#f", "/@evil.example", "/invitation/../settings",
	} {
		if got := onward(then); got != "" {
			t.Errorf("%q leads to %q", then, got)
		}
	}
}

func TestSessionsThatEndedAreToldWhereTheyWere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, address, want string }{
		{"GET", "/", "/sign-in"}, {"GET", "/carts?state=open", "/sign-in?then=%2Fcarts%3Fstate%3Dopen"}, {"HEAD", "/inbox", "/sign-in?then=%2Finbox"},
		{"POST", "/settings", "/sign-in?lost=1"}, {"GET", "//evil.example/carts", "/sign-in"},
	} {
		got := httptest.NewRecorder()
		if err := toSignIn(echo.New().NewContext(httptest.NewRequest(c.method, "http://shop.example"+c.address, nil), got)); err != nil {
			t.Fatal(err)
		}
		if to := got.Header().Get("Location"); got.Code != http.StatusSeeOther || to != c.want {
			t.Errorf("%s %s leads to %q, want %q", c.method, c.address, to, c.want)
		}
	}
}
