package sequence

import (
	"slices"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// FuzzReadCodes: whatever is handed in, what is read are codes, each once, and
// reading them again reads the same; what is refused says why and what to do.
func FuzzReadCodes(f *testing.F) {
	for _, text := range []string{
		"A-1\nA-2", "\ufeffCode,Value\r\n\"A-1\",10\r\n", "", "code", "a b", ";;;\n'X'", "A\tB", strings.Repeat("A", 70), strings.Repeat("A,", 5000), "\x00", "é",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		codes, twice, err := ReadCodes(strings.NewReader(text))
		if err != nil {
			if !fault.Is(err, fault.Unprocessable) || len(codes) > 0 {
				t.Errorf("%q: %v with %d codes", text, err, len(codes))
			}
			return
		}
		if len(codes) == 0 || twice < 0 || len(codes)+twice > strings.Count(text, "\n")+1 {
			t.Errorf("%q: %d codes, %d twice", text, len(codes), twice)
		}
		for _, c := range codes {
			if err := CheckCode(c); err != nil {
				t.Errorf("%q gives the code %q: %v", text, c, err)
			}
		}
		sorted := slices.Compact(slices.Sorted(slices.Values(codes)))
		if len(sorted) != len(codes) {
			t.Errorf("%q gives a code twice", text)
		}
		again, twice, err := ReadCodes(strings.NewReader("codes\n" + strings.Join(codes, "\n")))
		if err != nil || twice != 0 || !slices.Equal(again, codes) {
			t.Errorf("%q: read again %q, %d, %v", codes, again, twice, err)
		}
	})
}

func TestCodesAreBounded(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"too many":  manyCodes(MaxCodes + 1),
		"too long":  strings.Repeat(" \n", MaxCodesBytes),
		"one line":  strings.Repeat("A", MaxCodesBytes),
		"no code":   "\n\n code \n",
		"no column": ",x\n;y",
	} {
		codes, _, err := ReadCodes(strings.NewReader(text))
		if !fault.Is(err, fault.Unprocessable) || codes != nil {
			t.Errorf("%s: %d codes, %v", name, len(codes), err)
		}
	}
	if codes, _, err := ReadCodes(strings.NewReader(manyCodes(MaxCodes))); err != nil || len(codes) != MaxCodes {
		t.Errorf("as many as may be: %d codes, %v", len(codes), err)
	}
}

// manyCodes writes n different codes.
func manyCodes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("C")
		for ; i > 0; i /= 36 {
			b.WriteByte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i%36])
		}
		b.WriteString("-\n")
	}
	return b.String()
}
