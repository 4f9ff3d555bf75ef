package message

import (
	"errors"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"

	"github.com/osteele/liquid/values"

	"github.com/cartograph-dev/cartograph/internal/money"
)

// Bounds on what a filter may make.
const (
	maxText  = 32 << 10
	maxItems = 1_000
)

// addOwnFilters adds the filters whose standard form can grow without bound,
// escapes twice, or is missing.
func (r *run) addOwnFilters() {
	r.add("append", func(s, t string) (string, error) { return s + t, r.text(len(s) + len(t)) })
	r.add("prepend", func(s, t string) (string, error) { return t + s, r.text(len(s) + len(t)) })
	r.add("replace", func(s, old, t string) (string, error) { return r.replace(s, old, t, -1) })
	r.add("replace_first", func(s, old, t string) (string, error) { return r.replace(s, old, t, 1) })
	r.add("replace_last", r.replaceLast)
	r.add("url_encode", func(s string) (string, error) {
		if err := r.text(len(s)); err != nil {
			return "", err
		}
		s = url.QueryEscape(s)
		return s, r.text(len(s))
	})
	r.add("concat", func(a, b []any) ([]any, error) {
		if err := r.items(len(a) + len(b)); err != nil {
			return nil, err
		}
		return append(append(make([]any, 0, len(a)+len(b)), a...), b...), nil
	})
	r.add("join", r.join)
	r.add("split", r.split)
	r.add("divided_by", divide)
	r.add("money", r.formatMoney)
	// Everything printed is escaped already, and SMS must not be.
	for _, name := range []string{"escape", "escape_once", "safe"} {
		r.add(name, func(v any) any { return v })
	}
	r.add("newline_to_br", r.newlineToBR)
}

// text charges for a text of n bytes and refuses an overlong one.
func (r *run) text(n int) error {
	if n > maxText {
		return r.stop(refuse(0, "make shorter texts", "a filter makes a text longer than %d KB", maxText>>10))
	}
	return r.charge(1 + n/32)
}

func (r *run) items(n int) error {
	if n > maxItems {
		return r.stop(refuse(0, "make shorter lists", "a filter makes a list of more than %d entries", maxItems))
	}
	return r.charge(1 + n)
}

func (r *run) replace(s, old, t string, times int) (string, error) {
	n := strings.Count(s, old)
	if times >= 0 {
		n = min(n, times)
	}
	if err := r.text(max(len(s), len(s)+n*(len(t)-len(old)))); err != nil {
		return "", err
	}
	return strings.Replace(s, old, t, times), nil
}

func (r *run) replaceLast(s, old, t string) (string, error) {
	i := strings.LastIndex(s, old)
	if i < 0 {
		return s, nil
	}
	return s[:i] + t + s[i+len(old):], r.text(len(s) + len(t))
}

func (r *run) join(list []any, sep func(string) string) (string, error) {
	if err := r.items(len(list)); err != nil {
		return "", err
	}
	var b strings.Builder
	between := sep(" ")
	written := false
	for _, v := range list {
		if v == nil {
			continue
		}
		if written {
			b.WriteString(between)
		}
		b.WriteString(fmt.Sprint(v))
		written = true
		if err := r.text(b.Len()); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

func (r *run) split(s, sep string) ([]string, error) {
	if err := r.text(len(s)); err != nil {
		return nil, err
	}
	parts := strings.Fields(s)
	if sep != " " {
		parts = strings.SplitN(s, sep, maxItems+2)
	}
	for len(parts) > 0 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	if parts == nil {
		parts = []string{}
	}
	return parts, r.items(len(parts))
}

// divide keeps whole numbers whole, as Liquid does; the engine's own filter
// also cuts an amount's cents off.
func divide(a, b any) (any, error) {
	x, whole := a.(int)
	y, also := b.(int)
	if whole && also {
		if y == 0 {
			return nil, errors.New("division by zero")
		}
		return x / y, nil
	}
	f, g := number(a), number(b)
	if g == 0 {
		return nil, errors.New("division by zero")
	}
	return f / g, nil
}

func number(v any) float64 {
	switch n := v.(type) {
	case int:
		return float64(n)
	case int64:
		return float64(n)
	case float64:
		return n
	case string:
		f, _ := strconv.ParseFloat(n, 64)
		return f
	}
	return 0
}

// newlineToBR must come last: its result is HTML, which further filters would
// not understand. Plain text keeps its line breaks.
func (r *run) newlineToBR(s string) (any, error) {
	if !r.html {
		return s, nil
	}
	s = strings.ReplaceAll(html.EscapeString(s), "\n", "<br>")
	return values.SafeValue{Value: s}, r.text(len(s))
}

// formatMoney writes a number of major units as the shopper's locale does;
// amounts that are written already stay as they are.
func (r *run) formatMoney(v any) (any, error) {
	var text string
	exp, err := money.Exponent(r.money.currency)
	if err != nil {
		exp = 2
	}
	switch n := v.(type) {
	case int:
		text = strconv.Itoa(n)
	case int64:
		text = strconv.FormatInt(n, 10)
	case float64:
		text = strconv.FormatFloat(n, 'f', exp, 64)
	default:
		return v, nil
	}
	m, _, err := money.Parse(text, r.money.currency)
	if err != nil {
		return nil, err
	}
	return money.Format(m, r.money.locale), nil
}
