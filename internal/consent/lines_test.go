package consent_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// readAll gives every line; a failure of the file ends it.
func readAll(text string) (out []consent.Line, err error) {
	l, err := consent.NewLines(strings.NewReader(text))
	for err == nil {
		var line consent.Line
		if line, err = l.Next(); err == nil {
			out = append(out, line)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return out, err
}

// One file in every dress is one file.
func TestLinesInEveryDress(t *testing.T) {
	t.Parallel()
	const plain = "email,channel,answer,wording,at,names\nada@example.com,email,yes,\"v3, \"\"long\"\"\",2026-05-01,cart_reminders;news\n\n" +
		"bob@example.com,email,no,,,\n"
	want := []consent.Line{
		{Number: 2, Said: consent.Said{Email: "ada@example.com", Channel: "email", Answer: "yes", Wording: `v3, "long"`, At: "2026-05-01", Names: []string{"cart_reminders", "news"}}},
		{Number: 4, Said: consent.Said{Email: "bob@example.com", Channel: "email", Answer: "no", Names: []string{}}},
	}
	semicolons := "E-Mail;Channel;ANSWER;Wording;At;Names\nada@example.com;email;yes;\"v3, \"\"long\"\"\";2026-05-01;\"cart_reminders;news\"\n\nbob@example.com;email;no;;;\n"
	for name, text := range map[string]string{
		"plain": plain, "byte order mark": "\ufeff" + plain, "CRLF": strings.ReplaceAll(plain, "\n", "\r\n"), "no last end": strings.TrimRight(plain, "\n"),
		"tabs":       strings.NewReplacer("v3, ", "v3, ", ",", "\t").Replace(strings.ReplaceAll(plain, "v3, ", "v3\x01")),
		"semicolons": strings.Replace(semicolons, "E-Mail", " Email ", 1),
	} {
		got, err := readAll(text)
		if name == "tabs" && len(got) > 0 {
			got[0].Said.Wording = strings.Replace(got[0].Said.Wording, "\x01", ", ", 1)
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

// A bad line is told with its number, and the others are read.
func TestBadLinesTouchNoOther(t *testing.T) {
	t.Parallel()
	const good = "ada@example.com,email,no,2026-05-01"
	for name, bad := range map[string]string{
		"too few fields": "a,email,no", "too many fields": "a,email,no,x,y", "an open quotation mark": `"ada@example.com,email,no,`,
		"a bare quotation mark": `a"da,email,no,`, "not UTF-8": "\xff\xfe,email,no,", "a zero": "a\x00,email,no,",
		"a long line": strings.Repeat("x", 100<<10) + ",email,no,", "a yes without a time": "ada@example.com,email,yes,",
	} {
		got, err := readAll("email,channel,answer,at\n" + good + "\n" + bad + "\n" + good + "\n")
		if err != nil || len(got) != 3 || got[0].Said.Err != nil || got[2].Said.Err != nil || got[2].Number != 4 {
			t.Fatalf("%s: %+v, %v", name, got, err)
		}
		var fe *fault.Error
		if !errors.As(got[1].Said.Err, &fe) || fe.Remedy == "" || got[1].Number != 3 {
			t.Errorf("%s: line %d: %v", name, got[1].Number, got[1].Said.Err)
		}
	}
}

func TestHeaderIsChecked(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]string{
		"empty": "", "blank": "\n", "no header": "ada@example.com,email,yes\n", "an unknown column": "email,channel,answer,age\n",
		"a column twice": "email,channel,answer,Email\n", "no channel": "email,answer\n", "no answer": "email,channel\n",
		"nobody": "channel,answer,at\n", "quotation marks": "\"email,channel,answer\n", "UTF-16": "\xff\xfee\x00m\x00", "a long one": strings.Repeat("x", 100<<10),
	} {
		if _, err := consent.NewLines(strings.NewReader(header)); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := errors.New("the disk is gone")
	if _, err := consent.NewLines(io.MultiReader(strings.NewReader("email"), failing{broken})); !errors.Is(err, broken) {
		t.Errorf("a broken disk: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// endless gives a header and then lines without end.
type endless struct{ n int }

func (e *endless) Read(p []byte) (int, error) {
	e.n++
	if e.n == 1 {
		return copy(p, "email,channel,answer\n"), nil
	}
	return copy(p, strings.Repeat("a@b.cd,email,no\n", len(p)/16)), nil
}

func TestTooManyLines(t *testing.T) {
	t.Parallel()
	l, err := consent.NewLines(&endless{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; err == nil; n++ {
		_, err = l.Next()
	}
	if n != consent.MaxLines+1 || !fault.Is(err, fault.TooLarge) {
		t.Errorf("after %d lines: %v", n, err)
	}
}

// Whatever the file is: every line of it that is not blank is told once, and
// one that makes sense makes the same sense when it is written plainly.
func FuzzLines(f *testing.F) {
	f.Add("email,channel,answer,at\nada@example.com,email,yes,2026-05-01\n")
	f.Add("\ufeffphone;channel;answer;names;confirmed\r\n+33612345678;sms;yes;\"cart_reminders;x\";1\r\n")
	f.Add("email\tchannel\tanswer\nx\ty\t\"z\n\n\xff\t\t\n")
	f.Add("customer_id,channel,answer,wording\n7,email,no,\"a \"\"b\"\"\"\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		lines, err := readAll(text)
		if err != nil {
			if !fault.Is(err, fault.Unprocessable) {
				t.Fatalf("%v", err)
			}
			return
		}
		want := 0
		for _, l := range strings.Split(text, "\n")[1:] {
			if strings.TrimSpace(strings.TrimRight(l, "\r")) != "" {
				want++
			}
		}
		if len(lines) != want {
			t.Fatalf("%d lines of %d", len(lines), want)
		}
		for _, l := range lines {
			c, err := l.Said.Claim(claimed)
			if err != nil {
				if !fault.Is(err, fault.Unprocessable) {
					t.Fatalf("line %d: %v", l.Number, err)
				}
				continue
			}
			if len(c.Keys) == 0 || c.At.After(claimed) || c.Confirmed && c.Answer == "no" {
				t.Fatalf("line %d became %+v", l.Number, c)
			}
			again := consent.Said{Channel: string(c.Channel), Answer: string(c.Answer), Source: c.Source, Wording: c.Wording, At: c.At.Format(time.RFC3339Nano), Names: c.Names, Confirmed: fmt.Sprint(c.Confirmed)}
			for _, k := range c.Keys {
				map[string]func(string){"customer": func(v string) { again.Customer = v }, "email": func(v string) { again.Email = v }, "phone": func(v string) { again.Phone = v },
					"messenger": func(v string) { again.Messenger = v }, "anonymous": func(v string) { again.Anonymous = v }}[string(k.Kind)](k.Value)
			}
			plain, err := again.Claim(claimed)
			if err != nil || !cmp.Equal(plain.Consent, c.Consent) || !cmp.Equal(plain.Keys, c.Keys) {
				t.Fatalf("line %d: %+v became %+v, %v", l.Number, c, plain, err)
			}
		}
	})
}
