package signon_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/signon"
)

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

// issuer is an identity provider over real HTTP. Its tokens say what a test wants.
type issuer struct {
	*httptest.Server
	key *rsa.PrivateKey
	// sign is the key that tokens are signed with, key the one that is published.
	sign *rsa.PrivateKey
	// says changes a token's claims; alg is its algorithm.
	says func(map[string]any)
	alg  string
	// nonce and challenge are those of the last attempt.
	nonce, challenge string
	exchanged        int
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key, sign: key, alg: "RS256", says: func(map[string]any) {}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []map[string]any{{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": base64.RawURLEncoding.EncodeToString(i.key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(i.key.E)).Bytes())}}})
	})
	mux.HandleFunc("POST /token", i.token)
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err)
	}
}

// token gives a token for the code "good" to who holds the client's secret and
// the verifier of the challenge.
func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	i.exchanged++
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if id != "cartograph" || secret != "s3cret" || r.FormValue("code") != "good" || base64.RawURLEncoding.EncodeToString(sum[:]) != i.challenge {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]any{"error": "invalid_grant"})
		return
	}
	claims := map[string]any{"iss": i.URL, "aud": "cartograph", "sub": "u-7", "nonce": i.nonce, "exp": noon.Add(time.Minute).Unix(), "iat": noon.Unix(),
		"email": "ana@example.com", "email_verified": true}
	i.says(claims)
	answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": i.jwt(claims)})
}

func (i *issuer) jwt(claims map[string]any) string {
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	text := part(map[string]any{"alg": i.alg, "kid": "1"}) + "." + part(claims)
	if i.alg == "none" {
		return text + "."
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.sign, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// begin starts an attempt and checks what the browser is told.
func (i *issuer) begin(t *testing.T, p *signon.Provider) signon.Attempt {
	t.Helper()
	a, to, err := p.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	i.nonce, i.challenge = q.Get("nonce"), q.Get("code_challenge")
	q.Del("code_challenge")
	want := url.Values{"client_id": {"cartograph"}, "redirect_uri": {"https://cart.example/oidc/callback"}, "response_type": {"code"}, "scope": {"openid email"},
		"state": {a.State}, "nonce": {a.Nonce}, "code_challenge_method": {"S256"}}
	if diff := cmp.Diff(want, q); diff != "" || u.Path != "/authorize" || i.challenge == a.Verifier {
		t.Errorf("sent to %s: %s", to, diff)
	}
	return a
}

func (i *issuer) provider() *signon.Provider {
	return signon.New(signon.Options{Issuer: i.URL, ClientID: "cartograph", ClientSecret: "s3cret", RedirectURL: "https://cart.example/oidc/callback",
		HTTP: i.Client(), Now: func() time.Time { return noon }})
}

func TestSignOn(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	p := i.provider()
	for _, verified := range []any{true, "true", false, "false", nil} {
		i.says = func(c map[string]any) { c["email_verified"] = verified }
		a := i.begin(t, p)
		got, err := p.Finish(t.Context(), a, a.State, "good")
		if err != nil {
			t.Fatal(err)
		}
		want := signon.Identity{Issuer: i.URL, Subject: "u-7", Email: "ana@example.com", Verified: verified == true || verified == "true"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("verified %v: %s", verified, diff)
		}
	}
}

// Whatever does not fit lets nobody in.
func TestSignOnRefuses(t *testing.T) {
	t.Parallel()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	set := func(name string, v any) func(*issuer, *signon.Attempt) {
		return func(i *issuer, _ *signon.Attempt) { i.says = func(c map[string]any) { c[name] = v } }
	}
	for name, wrong := range map[string]func(*issuer, *signon.Attempt){
		"another nonce":      set("nonce", "another"),
		"no nonce":           set("nonce", ""),
		"another audience":   set("aud", "somebody-else"),
		"another issuer":     set("iss", "https://evil.example"),
		"expired":            set("exp", noon.Add(-time.Minute).Unix()),
		"another key":        func(i *issuer, _ *signon.Attempt) { i.sign = other },
		"not signed":         func(i *issuer, _ *signon.Attempt) { i.alg = "none" },
		"another verifier":   func(_ *issuer, a *signon.Attempt) { a.Verifier = "another-verifier-of-forty-three-characters-x" },
		"an attempt of none": func(_ *issuer, a *signon.Attempt) { *a = signon.Attempt{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newIssuer(t)
			p := i.provider()
			a := i.begin(t, p)
			state := a.State
			wrong(i, &a)
			if id, err := p.Finish(t.Context(), a, state, "good"); !fault.Is(err, fault.Unauthorized) || id != (signon.Identity{}) {
				t.Errorf("got %+v, %v", id, err)
			}
		})
	}
	i := newIssuer(t)
	p := i.provider()
	a := i.begin(t, p)
	for _, answer := range [][2]string{{"", "good"}, {"another", "good"}, {a.State, ""}} {
		if _, err := p.Finish(t.Context(), a, answer[0], answer[1]); !fault.Is(err, fault.Unauthorized) {
			t.Errorf("%v: %v", answer, err)
		}
	}
	if i.exchanged != 0 {
		t.Errorf("the provider was asked %d times about answers that do not fit", i.exchanged)
	}
	if _, err := p.Finish(t.Context(), a, a.State, "stolen"); !fault.Is(err, fault.Unauthorized) {
		t.Errorf("a stolen code: %v", err)
	}
}

// A provider that is down keeps nobody from starting, and is asked again.
func TestProviderComesBack(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	gone := httptest.NewServer(http.NotFoundHandler())
	defer gone.Close()
	down := true
	client := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
		if down {
			r = r.Clone(context.Background())
			r.URL.Host = gone.Listener.Addr().String()
		}
		return http.DefaultTransport.RoundTrip(r)
	})}
	p := signon.New(signon.Options{Issuer: i.URL, ClientID: "cartograph", ClientSecret: "s3cret", HTTP: client, Now: func() time.Time { return noon }})
	if _, _, err := p.Begin(t.Context()); !fault.Is(err, fault.Overloaded) {
		t.Errorf("while it is down: %v", err)
	}
	down = false
	if _, _, err := p.Begin(t.Context()); err != nil {
		t.Errorf("when it is back: %v", err)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
