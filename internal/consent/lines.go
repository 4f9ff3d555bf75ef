package consent

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// MaxLines is how many lines one file may have below its header.
const MaxLines = 1_000_000

// maxLine is the longest line, in bytes; every field has a much lower limit.
const maxLine = 32 << 10

// Line is one line of a file of answers.
type Line struct {
	// Number counts the file's lines from 1, its header among them, as an editor shows it.
	Number int
	// Said is what it says; its Err tells why it could not be read.
	Said Said
}

// Lines reads a file of answers line by line: CSV with a header, parted by
// commas, semicolons or tabs. One bad line is told with its number and touches
// no other; a quoted field therefore ends on its own line.
type Lines struct {
	in *bufio.Reader
	// columns are the fields' names in the file's order, comma what parts them.
	columns []string
	comma   rune
	number  int
	// taken counts the lines that were not blank.
	taken int
}

// known are the columns a file may have, with how a value gets into Said.
var known = map[string]func(*Said, string){
	"email":        func(s *Said, v string) { s.Email = v },
	"phone":        func(s *Said, v string) { s.Phone = v },
	"customer_id":  func(s *Said, v string) { s.Customer = v },
	"messenger_id": func(s *Said, v string) { s.Messenger = v },
	"anonymous_id": func(s *Said, v string) { s.Anonymous = v },
	"channel":      func(s *Said, v string) { s.Channel = v },
	"answer":       func(s *Said, v string) { s.Answer = v },
	"source":       func(s *Said, v string) { s.Source = v },
	"wording":      func(s *Said, v string) { s.Wording = v },
	"at":           func(s *Said, v string) { s.At = v },
	"confirmed":    func(s *Said, v string) { s.Confirmed = v },
	"names":        func(s *Said, v string) { s.Names = parted(v) },
}

// columnNames lists them for people.
const columnNames = "email, phone, customer_id, messenger_id, anonymous_id, channel, answer, source, wording, at, confirmed, names"

// parted takes apart a list within one field.
func parted(v string) []string {
	return strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(",;| ", r) })
}

// NewLines reads the header.
//
// Errors: fault.Unprocessable where the file's first line is no header of a
// file of answers; the reader's own.
func NewLines(in io.Reader) (*Lines, error) {
	l := &Lines{in: bufio.NewReaderSize(in, maxLine)}
	text, err := l.text()
	if errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Unprocessable, "the file is empty").Try("begin with a header of " + columnNames)
	}
	if err != nil {
		return nil, err
	}
	text = strings.TrimPrefix(text, "\ufeff")
	l.comma = separator(text)
	names, err := l.fields(text)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		l.columns = append(l.columns, strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(n))))
	}
	return l, l.checkHeader()
}

// separator guesses what parts the fields from the header, whose names hold none of these.
func separator(header string) rune {
	best := ','
	for _, c := range []rune{';', '\t'} {
		if strings.Count(header, string(c)) > strings.Count(header, string(best)) {
			best = c
		}
	}
	return best
}

func (l *Lines) checkHeader() error {
	header := func(format string, args ...any) error {
		return fault.New(fault.Unprocessable, format, args...).In("line 1").Try("the columns are " + columnNames)
	}
	for i, c := range l.columns {
		if known[c] == nil {
			return header("column %d has a name that is not known", i+1)
		}
		if slices.Contains(l.columns[:i], c) {
			return header("the column %s is there twice", c)
		}
	}
	for _, c := range []string{"channel", "answer"} {
		if !slices.Contains(l.columns, c) {
			return header("there is no column %s", c)
		}
	}
	if !slices.ContainsFunc([]string{"email", "phone", "customer_id", "messenger_id", "anonymous_id"}, func(c string) bool { return slices.Contains(l.columns, c) }) {
		return header("no column says whose the answers are")
	}
	return nil
}

// Next gives the next line that is not blank; io.EOF after the last.
//
// Errors: fault.TooLarge beyond MaxLines, the reader's own. What is wrong with
// a line is told in the line.
func (l *Lines) Next() (Line, error) {
	for {
		text, err := l.text()
		if errors.Is(err, io.EOF) {
			return Line{}, err
		}
		var bad *fault.Error
		if err != nil && !errors.As(err, &bad) {
			return Line{}, err
		}
		if err == nil && strings.TrimSpace(text) == "" {
			continue
		}
		if l.taken++; l.taken > MaxLines {
			return Line{}, fault.New(fault.TooLarge, "the file has more than %d lines", MaxLines).
				Try("the lines before are done; put the others in a file of their own, with the header")
		}
		line := Line{Number: l.number, Said: Said{Err: err}}
		if err == nil {
			line.Said = l.said(text)
		}
		return line, nil
	}
}

func (l *Lines) said(text string) (s Said) {
	values, err := l.fields(text)
	if err != nil {
		return Said{Err: err}
	}
	if len(values) != len(l.columns) {
		return Said{Err: fault.New(fault.Unprocessable, "the line has %d fields and the header %d", len(values), len(l.columns)).
			Try("put quotation marks around a field that holds a separator")}
	}
	for i, v := range values {
		known[l.columns[i]](&s, v)
	}
	// Without a time a yes would outrank every no that was said before the import.
	if a := strings.TrimSpace(s.At); a == "" {
		if _, answer, err := s.answer(); err == nil && answer == event.Yes {
			s.Err = fault.New(fault.Unprocessable, "a yes says when it was given").In("at").
				Try("write RFC 3339 such as 2026-05-02T10:00:00Z, or a day such as 2026-05-02")
		}
	}
	return s
}

// fields takes one line apart.
func (l *Lines) fields(text string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = l.comma, -1
	values, err := r.Read()
	if err != nil {
		return nil, fault.New(fault.Unprocessable, "the quotation marks of the line do not match").
			Try("double those within a quoted field, and let it end on its line")
	}
	return values, nil
}

// text reads one line, without its end. What is wrong with it is a fault; the
// line is over then, too.
func (l *Lines) text() (string, error) {
	l.number++
	raw, err := l.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = l.in.ReadSlice('\n')
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return "", fault.New(fault.Unprocessable, "the line is longer than %d bytes", maxLine).
			Try("save the file as CSV, one answer a line")
	}
	if err != nil && !errors.Is(err, io.EOF) || len(raw) == 0 {
		return "", err
	}
	raw = bytes.TrimRight(raw, "\r\n")
	if !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0 {
		return "", fault.New(fault.Unprocessable, "the line is not UTF-8 text").Try("save the file as CSV in UTF-8")
	}
	return string(raw), nil
}
