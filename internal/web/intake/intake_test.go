package intake

import (
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

func TestEnterRefusesWhatIsTooMuchAndTakesAgain(t *testing.T) {
	t.Parallel()
	g := New(2, 10)
	first, err1 := g.Enter()
	_, err2 := g.Enter()
	_, err3 := g.Enter()
	if err1 != nil || err2 != nil || !fault.Is(err3, fault.Overloaded) {
		t.Fatalf("%v, %v, %v", err1, err2, err3)
	}
	first()
	if _, err := g.Enter(); err != nil {
		t.Errorf("after one left: %v", err)
	}
}

func TestRead(t *testing.T) {
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
			r := httptest.NewRequest("POST", "/", tc.body)
			r.ContentLength = tc.length
			got, err := New(1, 10).Read(httptest.NewRecorder(), r)
			if fault.CodeOf(err) != tc.code || string(got) != tc.want {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}
