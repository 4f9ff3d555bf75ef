package wire_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

func TestTextKeepsWhatWasSent(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]wire.Text{
		`"a\"b"`:             `a"b`,
		`820982911946154508`: "820982911946154508",
		`1.50`:               "1.50",
		`true`:               "true",
		`null`:               "",
		`{"a":[1]}`:          "",
		`[1,2]`:              "",
		`"\u0000x"`:          "\x00x",
	} {
		var got wire.Text
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestObjectAndList(t *testing.T) {
	t.Parallel()
	type body struct {
		Object wire.Object[struct {
			A wire.Text `json:"a"`
		}] `json:"object"`
		List wire.List[wire.Text] `json:"list"`
	}
	for _, c := range []struct {
		name, in       string
		object, list   bool
		first          string
		wantUnreadable bool
	}{
		{name: "both there", in: `{"object":{"a":1},"list":["x"]}`, object: true, list: true, first: "x"},
		{name: "empty array for an object", in: `{"object":[],"list":[]}`, list: true},
		{name: "null", in: `{"object":null,"list":null}`},
		{name: "empty object for a list", in: `{"list":{}}`, list: true},
		{name: "text for an object", in: `{"object":"none"}`},
		{name: "text for a list is never an empty list", in: `{"list":"none"}`, wantUnreadable: true},
		{name: "object for a list", in: `{"list":{"0":"x"}}`, wantUnreadable: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var b body
			err := wire.Decode([]byte(c.in), &b)
			if c.wantUnreadable {
				if !fault.Is(err, fault.Unprocessable) || !strings.Contains(err.Error(), "list") {
					t.Fatalf("error %v, want unprocessable naming the list", err)
				}
				return
			}
			if err != nil || b.Object.Set != c.object || b.List.Set != c.list {
				t.Fatalf("got object %v list %v err %v", b.Object.Set, b.List.Set, err)
			}
			if c.first != "" && string(b.List.V[0]) != c.first {
				t.Errorf("first is %q, want %q", b.List.V[0], c.first)
			}
		})
	}
}

// A sender learns how its body is written, not only that it is no JSON.
func TestCheckTellsHowABodyIsWritten(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"\x1f\x8b\x08\x00": "gzip", "\xff\xfe{\x00": "UTF-16", "\xfe\xff\x00{": "UTF-16",
		"<?xml version='1.0'?>": "XML", "": "empty", `{"a":`: "byte 5 of 5",
	} {
		_, err := wire.Check([]byte(body))
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != fault.Invalid || !strings.Contains(f.Message, want) || f.Remedy == "" {
			t.Errorf("%q: %v, want %s", body, err, want)
		}
	}
}

func TestDecodeTellsUnreadableFromSenseless(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000)
	for _, c := range []struct {
		name, in string
		want     fault.Code
	}{
		{"empty", "", fault.Invalid},
		{"blank", " \n", fault.Invalid},
		{"truncated", `{"a":`, fault.Invalid},
		{"two values", `{}{}`, fault.Invalid},
		{"form", "webhook_id=1", fault.Invalid},
		{"too deep", deep, fault.Invalid},
		{"too deep inside", `{"a":` + deep + `}`, fault.Invalid},
		{"list", `[]`, fault.Unprocessable},
		{"null", `null`, fault.Unprocessable},
		{"number", `1`, fault.Unprocessable},
		{"object", `{"a":{"b":1}}`, ""},
		{"byte order mark", "\xef\xbb\xbf{}", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var v struct {
				A wire.Text `json:"a"`
			}
			if got := fault.CodeOf(wire.Decode([]byte(c.in), &v)); got != c.want {
				t.Errorf("code %q, want %q", got, c.want)
			}
		})
	}
}

func TestAmount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, currency string
		want         int64
		notes        int
		code         fault.Code
	}{
		{in: `"12.50"`, currency: "EUR", want: 1250},
		{in: `12.5`, currency: "EUR", want: 1250},
		{in: `"1000.00"`, currency: "JPY", want: 1000},
		{in: `"59.920"`, currency: "USD", want: 5992},
		{in: `3.3333333333333335`, currency: "EUR", want: 333, notes: 1},
		{in: `1.5e2`, currency: "EUR", want: 15000},
		{in: `12E-1`, currency: "EUR", want: 120},
		{in: `1.25e+1`, currency: "KWD", want: 12500},
		{in: `"-3.10"`, currency: "EUR", want: -310},
		{in: `-1e-2`, currency: "EUR", want: -1},
		{in: `9007199254740993`, currency: "JPY", want: 9007199254740993},
		{in: `1e400`, currency: "EUR", code: fault.Unprocessable},
		{in: `1e29`, currency: "EUR", code: fault.Unprocessable},
		{in: `"12,50"`, currency: "EUR", code: fault.Unprocessable},
		{in: `"free"`, currency: "EUR", code: fault.Unprocessable},
	} {
		t.Run(c.in+c.currency, func(t *testing.T) {
			t.Parallel()
			var a wire.Amount
			if err := json.Unmarshal([]byte(c.in), &a); err != nil {
				t.Fatal(err)
			}
			var notes wire.Notes
			m, err := a.Money(c.currency, "price", &notes)
			if fault.CodeOf(err) != c.code || len(notes) != c.notes {
				t.Fatalf("err %v notes %v, want code %q and %d notes", err, notes, c.code, c.notes)
			}
			if err == nil && m != (money.Money{Minor: c.want, Currency: c.currency}) {
				t.Errorf("got %+v, want %d", m, c.want)
			}
		})
	}
}

func TestPieces(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{
		`2`: 2, `"2"`: 2, `2.0`: 2, `"2.0"`: 2, `null`: 1, `2e0`: 2, `1.2`: 2, `1000000`: 1_000_000,
		// 0 marks an error.
		`0`: 0, `-1`: 0, `"two"`: 0, `1e9`: 0, `"NaN"`: 0, `"Inf"`: 0, `99999999999999999999999`: 0, `0.0`: 0,
	} {
		var c wire.Count
		if err := json.Unmarshal([]byte(in), &c); err != nil {
			t.Fatal(err)
		}
		var notes wire.Notes
		got, err := c.Pieces("items[3].quantity", &notes)
		if got != want || (want == 0) != fault.Is(err, fault.Unprocessable) {
			t.Errorf("%s: %d, %v; want %d", in, got, err, want)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "items[3].quantity: ") {
			t.Errorf("%s: the error does not name the field: %v", in, err)
		}
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	whole := time.Date(2017, 3, 22, 19, 28, 8, 0, time.UTC)
	for _, c := range []struct {
		in   string
		want time.Time
		bad  bool
	}{
		{in: `"2017-03-22T19:28:08Z"`, want: whole},
		{in: `"2017-03-22T20:28:08+01:00"`, want: whole},
		{in: `"2017-03-22T20:28:08+0100"`, want: whole},
		{in: `"2017-03-22T19:28:08"`, want: whole},
		{in: `"2017-03-22 19:28:08"`, want: whole},
		{in: `"2017-03-22 20:28:08 +0100"`, want: whole},
		{in: `"2017-03-22 19:28:08 UTC"`, want: whole},
		{in: `"2017-03-22T19:28:08.250Z"`, want: whole.Add(250 * time.Millisecond)},
		{in: `"2017-03-22T19:28+00:00"`, want: whole.Add(-8 * time.Second)},
		{in: `"2017-03-22"`, want: time.Date(2017, 3, 22, 0, 0, 0, 0, time.UTC)},
		{in: `1490210888`, want: whole},
		{in: `"1490210888"`, want: whole},
		{in: `1490210888.5`, want: whole.Add(500 * time.Millisecond)},
		{in: `1490210888250`, want: whole.Add(250 * time.Millisecond)},
		{in: `"1490210888250000"`, want: whole.Add(250 * time.Millisecond)},
		{in: `null`},
		{in: `""`},
		{in: `"0000-00-00 00:00:00"`},
		{in: `"0001-01-01T00:00:00Z"`},
		{in: `"yesterday"`, bad: true},
		{in: `1490210888.-5`, bad: true},
		{in: `99999999999999999999`, bad: true},
		{in: `"9999-12-31T23:59:59Z"`, bad: true},
		{in: `-5`, bad: true},
	} {
		var got wire.Time
		if err := got.UnmarshalJSON([]byte(c.in)); err != nil {
			t.Fatal(err)
		}
		if !got.Time.Equal(c.want) || got.Bad != c.bad {
			t.Errorf("%s: got %v bad=%v, want %v bad=%v", c.in, got.Time, got.Bad, c.want, c.bad)
		}
	}
}

func TestOccurredTakesTheFirstAndNoFuture(t *testing.T) {
	t.Parallel()
	received := time.Date(2026, 5, 2, 10, 0, 0, 0, time.UTC)
	early, skewed, future := received.Add(-time.Hour), received.Add(time.Hour), received.Add(1000*time.Hour)
	for _, c := range []struct {
		name  string
		times []time.Time
		want  time.Time
		notes int
	}{
		{"none", []time.Time{{}}, time.Time{}, 0},
		{"first set", []time.Time{{}, early, skewed}, early, 0},
		{"a clock an hour ahead is believed", []time.Time{skewed}, skewed, 0},
		{"a far future is not", []time.Time{future, early}, received, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var notes wire.Notes
			if got := wire.Occurred(received, &notes, c.times...); !got.Equal(c.want) || len(notes) != c.notes {
				t.Errorf("got %v with notes %v, want %v", got, notes, c.want)
			}
		})
	}
}

func TestIDNeverMakesTwoIdsOne(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300)
	for _, pair := range [][2]string{{long + "a", long + "b"}, {"a\x00b", "ab"}, {"a\x01", "a"}, {"a\nb", "a b"}} {
		a, b := wire.ID(pair[0]), wire.ID(pair[1])
		if a == b || len(a) > 200 || len(b) > 200 || strings.ContainsRune(a+b, 0) {
			t.Errorf("%.10q and %.10q became %q and %q", pair[0], pair[1], a, b)
		}
	}
	if got := wire.ID(" 820982911946154508 "); got != "820982911946154508" {
		t.Errorf("a plain id became %q", got)
	}
	if wire.Sum([]byte("ab"), []byte("c")) == wire.Sum([]byte("a"), []byte("bc")) {
		t.Error("parts that differ give the same sum")
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	var notes wire.Notes
	l := wire.Lines{Field: "items", Currency: "EUR", Notes: &notes}
	for _, line := range []wire.Line{
		{Item: event.Item{ProductID: "1", VariantID: "0", Title: "A\x00\n"}, Quantity: "2", Price: "1.50"},
		{Item: event.Item{ProductID: "2", Title: "B", ImageURL: "javascript:x"}, Quantity: "3", Total: "10"},
		{Item: event.Item{SKU: "s"}, Price: "1", Total: "0.90"},
	} {
		if err := l.Add(line); err != nil {
			t.Fatal(err)
		}
	}
	eur := func(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }
	want := []event.Item{
		{ProductID: "1", Title: "A", Quantity: 2, Price: eur(150), LineTotal: eur(300)},
		{ProductID: "2", Title: "B", Quantity: 3, Price: eur(333), LineTotal: eur(1000)},
		{SKU: "s", Quantity: 1, Price: eur(100), LineTotal: eur(90)},
	}
	if diff := cmp.Diff(want, l.Items); diff != "" {
		t.Error(diff)
	}
	if l.Sum != eur(1390) {
		t.Errorf("the sum is %+v", l.Sum)
	}
}

func TestLinesRefuseNonsenseByName(t *testing.T) {
	t.Parallel()
	for field, line := range map[string]wire.Line{
		"items[1].quantity": {Quantity: "-1"},
		"items[1].price":    {Price: "-1"},
		"items[1].total":    {Total: "-1"},
		"items":             {Price: "2000000000000000", Quantity: "1000000"},
	} {
		var notes wire.Notes
		l := wire.Lines{Field: "items", Currency: "EUR", Notes: &notes}
		if err := l.Add(wire.Line{Price: "1"}); err != nil {
			t.Fatal(err)
		}
		err := l.Add(line)
		if !fault.Is(err, fault.Unprocessable) || !strings.HasPrefix(err.Error(), field+": ") {
			t.Errorf("got %v, want unprocessable in %s", err, field)
		}
		l.Lenient = true
		if field != "items" {
			if err := l.Add(line); err != nil || len(l.Items) != 1 || len(notes) != 1 {
				t.Errorf("lenient: %v, %d lines, notes %v", err, len(l.Items), notes)
			}
		}
	}
}

func TestLinesKeepAThousand(t *testing.T) {
	t.Parallel()
	var notes wire.Notes
	l := wire.Lines{Field: "items", Currency: "EUR", Notes: &notes}
	for range 1500 {
		if err := l.Add(wire.Line{Price: "1"}); err != nil {
			t.Fatal(err)
		}
	}
	if len(l.Items) != 1000 || l.Sum.Minor != 150_000 || len(notes) != 1 {
		t.Errorf("%d lines, sum %d, notes %v", len(l.Items), l.Sum.Minor, notes)
	}
}

func TestBlankKeysNeverSign(t *testing.T) {
	t.Parallel()
	if _, err := wire.Keys([]string{"", ""}); !fault.Is(err, fault.Unauthorized) {
		t.Errorf("blank secrets gave %v", err)
	}
	if wire.Signed(nil, [][]byte{nil}, []byte("x")) || wire.Signed(nil, [][]byte{[]byte("k")}, []byte("x")) {
		t.Error("an empty signature or key verified")
	}
}
