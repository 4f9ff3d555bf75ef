package intake

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

func TestTakeRefusesWhatIsTooMuchAndTakesAgain(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		gate *Gate
		body string
	}{
		{"places", New(2, 1000, 10), ""},
		{"bytes", New(9, 25, 10), "0123456789"},
		{"a budget below one body", New(9, 1, 10), "01234"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			take := func() (func(), error) {
				_, leave, err := tc.gate.Take(post(strings.NewReader(tc.body), -1))
				return leave, err
			}
			first, err1 := take()
			_, err2 := take()
			_, err3 := take()
			if err1 != nil || err2 != nil || !fault.Is(err3, fault.Overloaded) {
				t.Fatalf("%v, %v, %v", err1, err2, err3)
			}
			first()
			first() // leaving twice gives nothing twice
			if _, err := take(); err != nil {
				t.Errorf("after one left: %v", err)
			}
			if _, err := take(); !fault.Is(err, fault.Overloaded) {
				t.Errorf("one too many after that: %v", err)
			}
		})
	}
}

// A refused request holds nothing: the next one of any size is taken.
func TestRefusalsHoldNothing(t *testing.T) {
	t.Parallel()
	g := New(1, 10, 10)
	for _, body := range []io.Reader{
		strings.NewReader("0123456789x"), io.MultiReader(strings.NewReader("0123"), iotest.ErrReader(errors.New("reset"))),
	} {
		if _, _, err := g.Take(post(body, -1)); err == nil {
			t.Fatal("taken")
		}
	}
	if _, _, err := g.Take(post(strings.NewReader("0123456789"), 10)); err != nil {
		t.Error(err)
	}
}

// Who announces much and sends nothing keeps nobody out.
func TestAnnouncedBytesCostNothing(t *testing.T) {
	t.Parallel()
	g := New(9, 10, 10)
	slow, _ := io.Pipe()
	go g.Take(post(slow, 10)) // it never ends
	if _, _, err := g.Take(post(strings.NewReader("0123456789"), 10)); err != nil {
		t.Error(err)
	}
}

func post(body io.Reader, length int64) *http.Request {
	r := httptest.NewRequest("POST", "/", body)
	r.ContentLength = length
	return r
}

func TestTake(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		body   io.Reader
		length int64
		want   string
		code   fault.Code
	}{
		{"fits", strings.NewReader("0123456789"), 10, "0123456789", ""},
		{"empty", strings.NewReader(""), 0, "", ""},
		{"says it is too large", strings.NewReader("x"), 11, "", fault.TooLarge},
		{"is too large without saying so", strings.NewReader("0123456789x"), -1, "", fault.TooLarge},
		{"breaks off", io.MultiReader(strings.NewReader("0123"), iotest.ErrReader(errors.New("reset"))), -1, "", fault.Invalid},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, _, err := New(1, 10, 10).Take(post(tc.body, tc.length))
			if fault.CodeOf(err) != tc.code || string(got) != tc.want {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}
