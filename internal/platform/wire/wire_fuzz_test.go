package wire_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// FuzzTime: what is read is in range, in UTC, and reads the same when written
// again in any of the usual ways.
func FuzzTime(f *testing.F) {
	for _, s := range []string{
		"2026-05-02T10:00:00Z", "2026-05-02T10:00:00.123456789+05:30", "2026-05-02 10:00:00 UTC", "2026-05-02", "0000-00-00 00:00:00",
		"1777716000", "1777716000.5", "1777716000000", "1777716000000000", "-1", "1e9", "2026-05-02T10:00:00-0500", "99999-01-01",
		"1970-12-31T23:59:59-23:59", "2199-12-31T23:59:59-10:00", "10000000000.", ".5", "2026-05-02 10:00:00 CEST",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := wire.ParseTime(s)
		if !ok {
			if !at.IsZero() {
				t.Fatalf("%q is no time, and is %v", s, at)
			}
			return
		}
		if at.Year() < 1971 || at.Year() > 2199 || at.Location() != time.UTC {
			t.Fatalf("%q is %v", s, at)
		}
		if again, ok := wire.ParseTime(at.Format(time.RFC3339Nano)); !ok || !again.Equal(at) {
			t.Fatalf("%q is %v, written and read again %v, %v", s, at, again, ok)
		}
		received := time.Date(2026, 5, 2, 10, 0, 5, 0, time.UTC)
		var notes wire.Notes
		if happened := wire.Occurred(received, &notes, time.Time{}, at); happened.After(received.Add(24 * time.Hour)) {
			t.Fatalf("%v happened at %v, heard of at %v", at, happened, received)
		}
	})
}

// FuzzAmount: an amount that is read is within bounds and says what it holds in
// decimal text that reads the same; a line made of it has sound sums.
func FuzzAmount(f *testing.F) {
	f.Add("12.50", "2", "EUR", false)
	f.Add("1e2", "2.0", "JPY", true)
	f.Add("-0.5E-3", "1", "KWD", false)
	f.Add("2305843009213693951", "1000000", "JPY", true)
	f.Add("2305843009213693951.5", "1", "JPY", false)
	f.Add("1.0e+25", "0.5", "USD", false)
	f.Add("9e30", "NaN", "EUR", true)
	f.Fuzz(func(t *testing.T, text, pieces, currency string, asTotal bool) {
		var notes wire.Notes
		m, err := wire.Amount(text).Money(currency, "price", &notes)
		if err != nil {
			if !fault.Is(err, fault.Unprocessable) {
				t.Fatal(err)
			}
			return
		}
		var clean wire.Notes
		again, err := wire.Amount(m.Decimal()).Money(currency, "price", &clean)
		if err != nil || again != m || len(clean) != 0 {
			t.Fatalf("%q is %+v, written and read again %+v, %v", text, m, again, err)
		}
		line := wire.Line{Item: event.Item{Title: text}, Quantity: wire.Count(pieces)}
		if asTotal {
			line.Total = wire.Amount(text)
		} else {
			line.Price = wire.Amount(text)
		}
		lines := wire.Lines{Field: "items", Currency: currency, Notes: &notes}
		for range 5 {
			if err := lines.Add(line); err != nil && !fault.Is(err, fault.Unprocessable) {
				t.Fatal(err)
			}
		}
		var sum int64
		for _, it := range lines.Items {
			sum += it.LineTotal.Minor
			if it.Quantity < 1 || it.Quantity > 1_000_000 || it.Price.Minor < 0 || it.LineTotal.Minor < 0 {
				t.Fatalf("a line makes no sense: %+v", it)
			}
		}
		if sum != lines.Sum.Minor || sum < 0 {
			t.Fatalf("the lines add up to %d, not %d", sum, lines.Sum.Minor)
		}
	})
}

// FuzzAddress: what counts as an address is in its one form, which is its own.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{
		"Shopper@Example.COM", "a@bücher.example", "\"a b\"@example.com", "a@[127.0.0.1]", "a@b.example.", "a@xn--.example", " a@b.example\n",
		"ß@b.example", "a@ⅷ.example", "a@b。example", "+1 415 555 0100", "tel:+1-415-555-0100;ext=5", "(415) 555-0100", "٠٦١٢٣٤٥٦٧٨", "00 33 6 12 34 56 78", "+12345",
		"1-800-FLOWERS", "+1 (415) 555‑0100 x3",
	} {
		f.Add(s, "US")
		f.Add(s, "FR")
	}
	f.Fuzz(func(t *testing.T, s, region string) {
		if mail, ok := wire.Email(s); ok {
			if again, ok := wire.Email(mail); !ok || again != mail || len(mail) > 400 || strings.ContainsAny(mail, " \r\n\x00,;<>\"") {
				t.Fatalf("%q is %q, read again %q, %v", s, mail, again, ok)
			}
		}
		if phone, ok := wire.Phone(s, region); ok {
			if again, ok := wire.Phone(phone); !ok || again != phone || phone[0] != '+' || strings.Trim(phone[1:], "0123456789") != "" {
				t.Fatalf("%q is %q, read again %q, %v", s, phone, again, ok)
			}
		}
		var notes wire.Notes
		p := wire.Person{Notes: &notes}
		p.Email(wire.Text(s))
		p.Phone(wire.Text(s), region)
		p.Key(event.KeyCustomer, wire.Text(s))
		for _, note := range notes {
			if len(s) > 5 && strings.Contains(note, s) {
				t.Fatalf("a note repeats the address: %q", note)
			}
		}
		for _, k := range p.Done().Keys {
			if k.Value == "" || len(k.Value) > 400 {
				t.Fatalf("the key %+v", k)
			}
		}
	})
}

// FuzzTraits: every small reader gives something fit to store, or nothing, and
// reads its own result as the same.
func FuzzTraits(f *testing.F) {
	for _, s := range []string{
		"//cdn.example/a.jpg", "https://user@shop.example/", "javascript:alert(1)", "HTTP://shop.example", "http://[::1]:80/", "fr_CA", "zh-Hant-TW", "x-private", "fr",
		"uk", "Europe/Paris", "../etc/passwd", "UTC", "Local", "\xff\x00", "sha256:x", strings.Repeat("a", 300), "  id  ", "iPad", `{"a":1}`, `"text"`, "[1]", "1e400",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, read := range map[string]func(string) string{
			"URL": wire.URL, "Country": wire.Country, "Locale": wire.Locale, "Zone": wire.Zone, "Device": wire.Device, "ID": wire.ID,
		} {
			got := read(s)
			if got == "" {
				continue
			}
			if again := read(got); again != got || strings.ContainsRune(got, 0) || len(got) > 2100 {
				t.Fatalf("%s(%q) is %q, read again %q", name, s, got, again)
			}
			if _, err := json.Marshal(got); err != nil || strings.ToValidUTF8(got, "") != got {
				t.Fatalf("%s(%q) is %q, which cannot be stored", name, s, got)
			}
		}
		shapes(t, []byte(s))
	})
}

// shapes reads any bytes as every loose value: only List may refuse JSON.
func shapes(t *testing.T, raw []byte) {
	t.Helper()
	body, err := wire.Check(raw)
	if err != nil {
		if !fault.Is(err, fault.Invalid) || json.Valid(raw) {
			t.Fatalf("%q: %v", raw, err)
		}
		return
	}
	if !json.Valid(body) {
		t.Fatalf("%q passes as %q", raw, body)
	}
	var all struct {
		Text   wire.Text                               `json:"v"`
		Bool   wire.Bool                               `json:"w"`
		Amount wire.Amount                             `json:"x"`
		Time   wire.Time                               `json:"y"`
		Object wire.Object[map[string]json.RawMessage] `json:"z"`
	}
	doc := `{"v":` + string(body) + `,"w":` + string(body) + `,"x":` + string(body) + `,"y":` + string(body) + `,"z":` + string(body) + `}`
	if err := wire.Decode([]byte(doc), &all); err != nil {
		t.Fatalf("%q is not tolerated: %v", body, err)
	}
	if all.Time.Bad && !all.Time.IsZero() {
		t.Fatalf("%q is a bad time and %v", body, all.Time)
	}
}
