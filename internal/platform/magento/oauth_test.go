package magento

import (
	"crypto/sha1" // #nosec G505 -- what the standard's own examples are signed with
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The examples of RFC 5849.
func TestBaseString(t *testing.T) {
	t.Parallel()
	u, err := url.Parse("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b")
	if err != nil {
		t.Fatal(err)
	}
	got, err := baseString("POST", u, [][2]string{{"oauth_consumer_key", "9djdj82h48djs9d2"}, {"oauth_token", "kkk9d7dh3k39sjv7"},
		{"oauth_signature_method", "HMAC-SHA1"}, {"oauth_timestamp", "137131201"}, {"oauth_nonce", "7d8f3e4a"}, {"c2", ""}, {"a3", "2 q"}})
	want := "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26" +
		"oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26" +
		"oauth_token%3Dkkk9d7dh3k39sjv7"
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

func TestSignature(t *testing.T) {
	t.Parallel()
	c := credentials{ConsumerKey: "dpf43f3p2l4k3l03", ConsumerSecret: "kd94hf93k423kf44", Token: "nnch734d00sl2jdk", TokenSecret: "pfkkdhi9sl3r4s00"}
	u, err := url.Parse("http://photos.example.net/photos?file=vacation.jpg&size=original")
	if err != nil {
		t.Fatal(err)
	}
	text, err := baseString("GET", u, [][2]string{{"oauth_consumer_key", c.ConsumerKey}, {"oauth_token", c.Token},
		{"oauth_signature_method", "HMAC-SHA1"}, {"oauth_timestamp", "137131202"}, {"oauth_nonce", "chapoH"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.signature(sha1.New, text); got != "MdpQcU8iPSUjWoN/UDMsK2sui9I=" {
		t.Errorf("the signature is %s", got)
	}
}

// Nonces: the same call is never made twice under one, another moment or address has another.
func TestNonce(t *testing.T) {
	t.Parallel()
	c := credentials{ConsumerKey: "k", ConsumerSecret: "s", Token: "t", TokenSecret: "u"}
	at := time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC)
	seen := map[string]bool{}
	for _, call := range []struct {
		address string
		at      time.Time
	}{{"https://shop.example/a", at}, {"https://shop.example/b", at}, {"https://shop.example/a?x=1", at}, {"https://shop.example/a", at.Add(time.Millisecond)}} {
		header, err := c.authorize(call.address, call.at)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(header, `oauth_nonce="`)
		nonce, _, _ := strings.Cut(rest, `"`)
		if len(nonce) != 32 || seen[nonce] || !strings.HasPrefix(header, `OAuth oauth_consumer_key="k", oauth_token="t", oauth_signature_method="HMAC-SHA256", oauth_timestamp="1777712400"`) {
			t.Errorf("%s: %s", call.address, header)
		}
		seen[nonce] = true
	}
}
