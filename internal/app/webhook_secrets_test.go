package app_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// publicKeyFile writes a public key with the line that names a site.
func publicKeyFile(t *testing.T, dir string) (name, text string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	text = string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})) + "instance: 0f3c-77\n"
	name = filepath.Join(dir, "key.pem")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name, text
}

func create(platform string, more ...string) []string {
	return append([]string{"shop", "create", "--name", "A", "--platform", platform, "--domain", "a.example", "--currency", "EUR",
		"--timezone", "Europe/Paris", "--country", "FR"}, more...)
}

// A secret is taken from a file, also one of several lines, and what was given is
// not printed again.
func TestWebhookSecretsFromFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, text := publicKeyFile(t, dir)
	code, out, errs := typed(t, dir, create("wix", "--webhook-secret", "@"+file, "--webhook-secret", "one, with a comma", "--json")...)
	var made struct {
		ID     string
		Secret string `json:"webhook_secret"`
	}
	if err := json.Unmarshal([]byte(out), &made); code != 0 || err != nil || made.Secret != "" {
		t.Fatalf("exit %d, %v: %s%s", code, err, out, errs)
	}
	code, out, errs = typed(t, dir, create("wix", "--webhook-secret", "@"+file, "--domain", "b.example")...)
	if code != 0 || !strings.Contains(out, "(the one you gave)") || strings.Contains(out, "BEGIN") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if code, out, errs = typed(t, dir, "shop", "set", made.ID, "webhook_secret=@"+file); code != 0 || out != "" {
		t.Errorf("shop set: exit %d: %s%s", code, out, errs)
	}
	broken := filepath.Join(dir, "broken.pem")
	if err := os.WriteFile(broken, []byte(text[:80]), 0o600); err != nil {
		t.Fatal(err)
	}
	for says, args := range map[string][]string{
		"the public key cannot be read":        create("wix", "--webhook-secret", "@"+broken),
		"the secret's file cannot be read":     create("wix", "--webhook-secret", "@"+dir+"/missing"),
		"it is no file":                        {"shop", "set", made.ID, "webhook_secret=@" + dir},
		"it is shorter than 12 characters":     {"shop", "set", made.ID, "webhook_secret=short"},
		"it is shorter than 12 characters, or": create("shopify", "--webhook-secret", "a secret", "--webhook-secret", "of\ntwo lines of text"),
	} {
		code, out, errs := typed(t, dir, args...)
		if code == 0 || !strings.Contains(errs, says) || strings.Contains(out+errs, text[40:80]) {
			t.Errorf("want %q: exit %d: %s%s", says, code, out, errs)
		}
	}
}

// Help and refusal name every platform, and help says how a key is given.
func TestCreateNamesThePlatforms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const all = "bigcommerce, commercetools, generic, magento, medusa, prestashop, saleor, shopify, shopware, squarespace, sylius,"
	_, help, _ := typed(t, dir, "shop", "create", "--help")
	code, _, errs := typed(t, dir, create("etsy")...)
	for what, text := range map[string]string{"help": help, "refusal": errs} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), all) {
			t.Errorf("the %s does not name the platforms: %s", what, text)
		}
	}
	if code == 0 || !strings.Contains(help, "@FILE") {
		t.Errorf("exit %d; help: %s", code, help)
	}
}

// Of two shops of one platform with one domain the terminal names the other: making the second is
// warned of, giving it to one that is there is refused. Another platform may have it, and a shop keeps its own.
func TestSharedDomainsAreTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, out, _ := typed(t, dir, create("shopify", "--name", "Hazel & Oak", "--json")...)
	var first, second struct{ ID string }
	if err := json.Unmarshal([]byte(out), &first); err != nil {
		t.Fatal(err)
	}
	code, out, errs := typed(t, dir, create("shopify", "--domain", "https://A.Example/")...)
	if code != 0 || !strings.Contains(errs, "the shop "+first.ID+" (Hazel & Oak) has the domain") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if _, list, _ := typed(t, dir, "shop", "list"); strings.Count(list, "a.example") != 2 {
		t.Errorf("the second shop is not there: %s", list)
	}
	code, out, errs = typed(t, dir, create("woocommerce", "--json")...)
	if err := json.Unmarshal([]byte(out), &second); code != 0 || err != nil {
		t.Fatalf("another platform: exit %d, %v: %s%s", code, err, out, errs)
	}
	code, out, errs = typed(t, dir, create("shopify", "--domain", "b.example", "--json")...)
	if err := json.Unmarshal([]byte(out), &second); code != 0 || err != nil {
		t.Fatalf("another domain: exit %d, %v: %s%s", code, err, out, errs)
	}
	if code, _, errs = typed(t, dir, "shop", "set", second.ID, "domain=a.example"); code == 0 || !strings.Contains(errs, first.ID) {
		t.Errorf("shop set: exit %d: %s", code, errs)
	}
	if code, _, errs = typed(t, dir, "shop", "set", first.ID, "domain=a.example", "name=Hazel"); code != 0 {
		t.Errorf("its own domain: exit %d: %s", code, errs)
	}
}
