package shop_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// keyPair gives a public and a private RSA key as PEM.
func keyPair(t *testing.T) (public, private string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}

// A webhook secret is one line, or a public key, a key set and lines that name the shop.
func TestWebhookSecretForms(t *testing.T) {
	t.Parallel()
	public, private := keyPair(t)
	other, _ := keyPair(t)
	set := `{"keys":[{"kty":"RSA","kid":"1","n":"` + strings.Repeat("A", 342) + `","e":"AQAB"}]}`
	trimmed := strings.TrimSpace(public)
	cases := map[string]struct {
		given, want string
		refused     string
	}{
		"a secret":                      {given: "  a secret of the platform ", want: "a secret of the platform"},
		"500 characters":                {given: strings.Repeat("x", 500), want: strings.Repeat("x", 500)},
		"501 characters":                {given: strings.Repeat("x", 501), refused: "not a secret"},
		"eleven characters":             {given: "12345678901", refused: "shorter than 12"},
		"two lines that are no key":     {given: "a secret of mine\nand another line", refused: "not a secret"},
		"a tab":                         {given: "a secret\tof the platform", refused: "not a secret"},
		"a public key":                  {given: public, want: trimmed},
		"a public key, from Windows":    {given: strings.ReplaceAll(public, "\n", "\r\n"), want: trimmed},
		"a key and a site":              {given: public + "instance: 0f3c-77\n", want: trimmed + "\ninstance: 0f3c-77"},
		"a site and a key":              {given: "instance: 0f3c-77\n" + public, want: "instance: 0f3c-77\n" + trimmed},
		"a credential":                  {given: "client:4f5e6d", want: "client:4f5e6d"},
		"two credentials":               {given: "client:4f5e6d\nclient: 77", want: "client:4f5e6d\nclient: 77"},
		"a key set":                     {given: set, want: set},
		"a key set of several lines":    {given: strings.ReplaceAll(set, ",", ",\n\t"), want: strings.ReplaceAll(set, ",", ",\n\t")},
		"a private key":                 {given: private, refused: "private key"},
		"a private key beside a public": {given: public + private, refused: "private key"},
		"a private key set":             {given: `{"keys":[{"kty":"RSA","n":"AA","e":"AQAB","d":"AA"}]}`, refused: "private key"},
		"a shared key in a set":         {given: `{"keys":[{"kty":"oct","k":"AAAAAAAA"}]}`, refused: "private key"},
		"an empty key set":              {given: `{"keys":[]}`, refused: "key set cannot be read"},
		"half a key set":                {given: set[:len(set)-2], refused: "key set cannot be read"},
		"half a key":                    {given: public[:100], refused: "public key cannot be read"},
		"a broken key":                  {given: strings.Replace(public, "MII", "!II", 1), refused: "public key cannot be read"},
		"two keys":                      {given: public + other, refused: "more than one"},
		"a key and a remark":            {given: public + "from the app's page", refused: "more than one"},
		"a remark and a key":            {given: "the key:\n" + public, refused: "public key cannot be read"},
		"a credential and a secret":     {given: "client:4f5e6d\na secret of mine", refused: "public key cannot be read"},
		"too long a key set":            {given: strings.Replace(set, "AQAB", strings.Repeat("A", 8000), 1), refused: "8,000"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := shop.CheckWebhookSecret(c.given)
			if c.refused == "" {
				if err != nil || got != c.want {
					t.Errorf("it gives %q, %v", got, err)
				}
				return
			}
			if !fault.Is(err, fault.Unprocessable) || !strings.Contains(err.Error(), c.refused) {
				t.Errorf("it says %v, want %q", err, c.refused)
			} else if strings.Contains(err.Error(), c.given) {
				t.Error("the refusal repeats the value")
			}
		})
	}
}

// A hint tells secrets apart, and nothing of a key but that it is one.
func TestWebhookHints(t *testing.T) {
	t.Parallel()
	public, _ := keyPair(t)
	for given, want := range map[string]string{
		public: "a public key", "instance: 7\n" + public: "a public key", `{"keys":[]}`: "a key set",
		"client:4f5e6d-77": "client: …", "instance: 0f3c-77aa-51bd": "instance: …51bd", "a secret of the platform": "…form", "short": "…",
	} {
		if got := shop.WebhookHint(given); got != want {
			t.Errorf("%q is hinted at by %q", given, got)
		}
	}
}
