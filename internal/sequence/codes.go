package sequence

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

const (
	// MaxCodes bounds the codes that are handed in at once.
	MaxCodes = 100_000
	// MaxCodesBytes bounds the text that they come in.
	MaxCodesBytes = 8 << 20
	// maxCodeLine bounds one line: a code, and what a table's further columns say.
	maxCodeLine = 4 << 10
)

// ReadCodes reads codes of a stock, one a line, as people paste them or
// platforms export them: empty lines, a byte order mark, quotes, a first line of
// column names and all columns but the first are left aside. What came more than
// once is counted. A line that is no code is fault.Unprocessable with its number,
// and nothing of the text is then to be used.
func ReadCodes(text io.Reader) (codes []string, twice int, err error) {
	seen := map[string]bool{}
	lines := bufio.NewScanner(io.LimitReader(text, MaxCodesBytes+1))
	lines.Buffer(make([]byte, 0, maxCodeLine), maxCodeLine)
	read, begun := 0, false
	for no := 1; lines.Scan(); no++ {
		if read += len(lines.Bytes()) + 1; read > MaxCodesBytes {
			return nil, 0, tooManyCodes()
		}
		code := firstColumn(lines.Text(), no == 1)
		first := !begun
		begun = begun || code != ""
		switch {
		case code == "" || first && columnName(code):
			continue
		case seen[code]:
			twice++
			continue
		case len(codes) == MaxCodes:
			return nil, 0, tooManyCodes()
		}
		if err := CheckCode(code); err != nil {
			return nil, 0, fault.New(fault.Unprocessable, "line %d: %s", no, err.Message).In("codes").Try(err.Remedy)
		}
		seen[code] = true
		codes = append(codes, code)
	}
	if err := lines.Err(); err != nil {
		return nil, 0, fault.Wrap(fault.Unprocessable, err, "the codes cannot be read").In("codes").Try("write one code on each line")
	}
	if len(codes) == 0 {
		return nil, 0, fault.New(fault.Unprocessable, "there is no code in it").In("codes").Try("write one code on each line")
	}
	return codes, twice, nil
}

// NoCode is a member of a list that is no code: its place from 0, and why.
type NoCode struct {
	Index           int
	Message, Remedy string
}

// PickCodes reads codes of a stock out of a list, as programs hand them in: each
// member is a code as it stands, with blanks around it at most. What is none is
// told; what came more than once is counted.
func PickCodes(list []string) (codes []string, twice int, none []NoCode, err error) {
	if len(list) > MaxCodes {
		return nil, 0, nil, tooManyCodes()
	}
	seen := map[string]bool{}
	for i, code := range list {
		code = strings.TrimSpace(code)
		switch err := CheckCode(code); {
		case err != nil:
			none = append(none, NoCode{Index: i, Message: err.Message, Remedy: err.Remedy})
		case seen[code]:
			twice++
		default:
			seen[code] = true
			codes = append(codes, code)
		}
	}
	return codes, twice, none, nil
}

func tooManyCodes() error {
	return fault.New(fault.Unprocessable, "these are more than %d codes at once", MaxCodes).In("codes").
		Try(fmt.Sprintf("hand them in in parts of up to %d", MaxCodes))
}

// firstColumn gives a line's first column, without quotes.
func firstColumn(line string, first bool) string {
	if first {
		line = strings.TrimPrefix(line, "\ufeff")
	}
	if i := strings.IndexAny(line, ",;\t"); i >= 0 {
		line = line[:i]
	}
	return strings.TrimSpace(strings.Trim(strings.TrimSpace(line), `"'`))
}

// columnName reports whether a first line is no code but says what stands below it.
func columnName(text string) bool {
	switch strings.ToLower(text) {
	case "code", "codes", "coupon", "coupon code", "discount code", "voucher", "gutscheincode":
		return true
	}
	return false
}
