package magento

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// credentials are the four values of an integration, with which calls are signed
// by OAuth 1.0a (RFC 5849). Magento takes HMAC-SHA256 and no other.
type credentials struct{ ConsumerKey, ConsumerSecret, Token, TokenSecret string }

// authorize gives the header of a GET at a moment. The nonce, which Magento takes
// only once, is not drawn: it follows from the moment and the address, and two
// calls of one moment differ in their address.
func (c credentials) authorize(address string, now time.Time) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fault.Wrap(fault.Misconfigured, err, "the shop's address cannot be read").
			In(platform.KeyURL).Try("write it like https://shop.example")
	}
	h := hmac.New(sha256.New, []byte(c.TokenSecret))
	h.Write([]byte(strconv.FormatInt(now.UnixNano(), 10) + " " + address))
	own := [][2]string{
		{"oauth_consumer_key", c.ConsumerKey}, {"oauth_token", c.Token}, {"oauth_signature_method", "HMAC-SHA256"},
		{"oauth_timestamp", strconv.FormatInt(now.Unix(), 10)}, {"oauth_nonce", hex.EncodeToString(h.Sum(nil)[:16])},
	}
	text, err := baseString("GET", u, own)
	if err != nil {
		return "", err
	}
	own = append(own, [2]string{"oauth_signature", c.signature(sha256.New, text)})
	var parts []string
	for _, p := range own {
		parts = append(parts, p[0]+`="`+escape(p[1])+`"`)
	}
	return "OAuth " + strings.Join(parts, ", "), nil
}

// signature is RFC 5849, 3.4.2, for any hash.
func (c credentials) signature(with func() hash.Hash, text string) string {
	h := hmac.New(with, []byte(escape(c.ConsumerSecret)+"&"+escape(c.TokenSecret)))
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// baseString is what is signed (RFC 5849, 3.4.1): method, address, and all
// parameters of the query and of OAuth itself, escaped and then sorted.
func baseString(method string, u *url.URL, own [][2]string) (string, error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "a query cannot be signed")
	}
	type pair struct{ name, value string }
	var all []pair
	for name, values := range query {
		for _, v := range values {
			all = append(all, pair{escape(name), escape(v)})
		}
	}
	for _, p := range own {
		all = append(all, pair{escape(p[0]), escape(p[1])})
	}
	slices.SortFunc(all, func(a, b pair) int {
		if n := strings.Compare(a.name, b.name); n != 0 {
			return n
		}
		return strings.Compare(a.value, b.value)
	})
	var texts []string
	for _, p := range all {
		texts = append(texts, p.name+"="+p.value)
	}
	return method + "&" + escape(place(u)) + "&" + escape(strings.Join(texts, "&")), nil
}

// place is an address without its query, in lower case where that makes no
// difference, and without the port that its scheme has anyway.
func place(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if port := map[string]string{"http": ":80", "https": ":443"}[scheme]; port != "" {
		host = strings.TrimSuffix(host, port)
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return scheme + "://" + host + path
}
