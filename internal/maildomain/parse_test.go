package maildomain_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/maildomain"
)

func TestParseSPF(t *testing.T) {
	t.Parallel()
	for record, want := range map[string]maildomain.SPF{
		"v=spf1":                               {},
		"V=SPF1 -ALL":                          {All: '-'},
		"v=spf1 all":                           {All: '+'},
		"v=spf1 ip4:192.0.2.0/24 ip6:::1 ?all": {All: '?'},
		"v=spf1 a mx:x.example a/24 mx//64 exists:%{i}.x.example ptr ~all": {All: '~', Lookups: 6},
		"v=spf1  include:SendGrid.net.  -include:b.example -all":           {All: '-', Lookups: 2, Includes: []string{"sendgrid.net", "b.example"}},
		"v=spf1 include:%{d}.x.example":                                    {Lookups: 1},
		"v=spf1 redirect=x.example exp=why.example":                        {Lookups: 1, Redirect: "x.example"},
		"v=spf1 ~all redirect=x.example":                                   {All: '~'},
		"v=spf1 ra=mailto:x@y.example moo=1":                               {},
	} {
		got, err := maildomain.ParseSPF(record)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", record, err, diff)
		}
	}
	for _, record := range []string{"", "v=spf10 all", "v=spf2 all", " v=spf1", "v=spf1 include:", "v=spf1 include", "v=spf1 ip4:", "v=spf1 sendgrid.net",
		"v=spf1 +", "v=spf1 :x", "v=spf1 redirect=", "v=spf1 redirect=a.example redirect=b.example"} {
		if got, err := maildomain.ParseSPF(record); err == nil {
			t.Errorf("%q is read as %+v", record, got)
		}
	}
}

func TestParseDMARC(t *testing.T) {
	t.Parallel()
	for record, want := range map[string]maildomain.DMARC{
		"v=DMARC1; p=none":                     {Policy: "none", Subdomains: "none"},
		" V = DMARC1 ;P=Reject;; sp=none; ":    {Policy: "reject", Subdomains: "none"},
		"v=DMARC1;p=quarantine;adkim=s;aspf=S": {Policy: "quarantine", Subdomains: "quarantine", StrictDKIM: true, StrictSPF: true},
		"v=DMARC1; p=reject; adkim=r; sp=what": {Policy: "reject", Subdomains: "reject"},
		"v=DMARC1; p=what; rua=mailto:a@b.example!10m, https://x, mailto:c@d.example": {
			Policy: "none", Subdomains: "none", Reports: []string{"mailto:a@b.example!10m", "mailto:c@d.example"}},
	} {
		got, err := maildomain.ParseDMARC(record)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", record, err, diff)
		}
	}
	for _, record := range []string{"", "v=DMARC1", "p=none; v=DMARC1", "v=dmarc1; p=none", "v=DMARC2; p=none", "v=DMARC1 p=none", "v=DMARC1; p=what",
		"v=DMARC1; p=none; p=reject", "v=DMARC1; p"} {
		if got, err := maildomain.ParseDMARC(record); err == nil {
			t.Errorf("%q is read as %+v", record, got)
		}
	}
}

// shortKey is an RSA key of 512 bits, made for this test and of no use.
const shortKey = "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL8eJ5AKoIsjURpcEoGubZMxLD7+kT+TLr7UkvEtFrRhDDKMtuIIq19FrL4pUIMymPMSLBn3hJLe30Dw48GQM4UCAwEAAQ=="

func TestParseDKIM(t *testing.T) {
	t.Parallel()
	ed := base64.StdEncoding.EncodeToString(make([]byte, ed25519.PublicKeySize))
	for record, want := range map[string]maildomain.DKIM{
		key(): {Kind: "rsa", Bits: 2048},
		strings.Replace(key(), "MII", "M I I", 1): {Kind: "rsa", Bits: 2048},
		"p=" + shortKey:               {Kind: "rsa", Bits: 512},
		"v=DKIM1; k=ed25519; p=" + ed: {Kind: "ed25519", Bits: 256},
		"k=ED25519; t=s:y; s=email; h=sha1:sha256; n=note; p=" + ed: {Kind: "ed25519", Bits: 256, Testing: true},
	} {
		got, err := maildomain.ParseDKIM(record)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", record, err, diff)
		}
	}
	for _, record := range []string{"", "v=DKIM1", "v=DKIM2; p=" + shortKey, "p=" + shortKey + "; v=DKIM1", "p=%", "p=AAAA", "k=dsa; p=AAAA",
		"k=ed25519; p=AAAA", "s=web; p=" + shortKey, "h=sha1; p=" + shortKey, "p=a; p=b", "hello"} {
		if got, err := maildomain.ParseDKIM(record); err == nil || errors.Is(err, maildomain.ErrRevoked) {
			t.Errorf("%q is read as %+v, %v", record, got, err)
		}
	}
	for _, record := range []string{"p=", "v=DKIM1; k=rsa; p= ;"} {
		if _, err := maildomain.ParseDKIM(record); !errors.Is(err, maildomain.ErrRevoked) {
			t.Errorf("%q: %v", record, err)
		}
	}
}

// FuzzRecords: whatever strangers publish is read without a panic, and what is
// read stays within its bounds.
func FuzzRecords(f *testing.F) {
	for _, s := range []string{"v=spf1 include:sendgrid.net ~all", "v=spf1 a mx/24 redirect=x", "v=spf1 -", "v=DMARC1; p=none; rua=mailto:a@b",
		"v=DKIM1; k=rsa; p=" + shortKey, "p=;t=y", "v=DKIM1; k=ed25519; p=AA==", ";;=;", "v=spf1 \xff\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, record string) {
		if s, err := maildomain.ParseSPF(record); err == nil {
			if s.Lookups < len(s.Includes) || s.All != 0 && (s.Redirect != "" || !strings.Contains("+-~?", string(s.All))) {
				t.Fatalf("%q is read as %+v", record, s)
			}
		}
		if d, err := maildomain.ParseDMARC(record); err == nil && (d.Policy == "" || d.Subdomains == "") {
			t.Fatalf("%q is read as %+v", record, d)
		}
		if d, err := maildomain.ParseDKIM(record); err == nil && (d.Bits <= 0 || d.Kind != "rsa" && d.Kind != "ed25519") {
			t.Fatalf("%q is read as %+v", record, d)
		}
	})
}

// FuzzAnswers: whatever a TXT record holds, a check of it comes to an end and
// shows nothing that a terminal would obey.
func FuzzAnswers(f *testing.F) {
	f.Add("v=spf1 include:shop.example redirect=shop.example ~all")
	f.Add("v=spf1 include:. include:a..b ?all")
	f.Add("v=DMARC1; p=\x1b[2J")
	f.Add(strings.Repeat("é\u202e", 400))
	f.Fuzz(func(t *testing.T, record string) {
		report, err := maildomain.Checker{Resolver: echo(record)}.Check(t.Context(), "news.shop.example", maildomain.Options{})
		if err != nil || len(report.Findings) != 5 {
			t.Fatalf("%d findings, %v", len(report.Findings), err)
		}
		for _, found := range report.Findings {
			if len(found.Found) > 700 || strings.ContainsAny(found.Found, "\x00\x1b\r\n\u202e") {
				t.Fatalf("%s shows %q", found.Rule, found.Found)
			}
		}
	})
}
