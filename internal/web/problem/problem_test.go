package problem

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestFrom(t *testing.T) {
	t.Parallel()
	first := fault.New(fault.Unprocessable, "the currency is unknown").In("items[0]").Try("use EUR")
	second := fault.New(fault.Unprocessable, "the quantity is negative").In("items[1]")
	tests := []struct {
		name string
		err  error
		want Problem
	}{
		{"one fault", fmt.Errorf("collect: %w", first), Problem{Status: 422, Code: fault.Unprocessable, Detail: "the currency is unknown", Field: "items[0]", Remedy: "use EUR"}},
		{"several", errors.Join(first, fmt.Errorf("and: %w", second)), Problem{Status: 422, Code: fault.Unprocessable, Detail: "the currency is unknown", Field: "items[0]", Remedy: "use EUR",
			Errors: []Fault{{"items[0]", "the currency is unknown", "use EUR"}, {"items[1]", "the quantity is negative", ""}}}},
		{"no fault at all", errors.New("password=hunter2"), Problem{Status: 500, Code: fault.Internal, Detail: "something went wrong on our side", Remedy: "try again later; the cause is in the server's log"}},
		{"an internal fault keeps its words to itself", fault.New(fault.Internal, "row 7 is odd"), Problem{Status: 500, Code: fault.Internal, Detail: "something went wrong on our side", Remedy: "try again later; the cause is in the server's log"}},
		{"out of time", fmt.Errorf("q: %w", context.DeadlineExceeded), Problem{Status: 503, Code: fault.Overloaded, Detail: "the answer took too long", Remedy: "send the request again"}},
		{"too large", &http.MaxBytesError{Limit: 9}, Problem{Status: 413, Code: fault.TooLarge, Detail: "the body is over 9 bytes", Remedy: "send fewer events at once"}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.want.Title, tc.want.Type = http.StatusText(tc.want.Status), "/docs#"+string(tc.want.Code)
			if diff := cmp.Diff(tc.want, *From(tc.err), cmpopts.IgnoreUnexported(Problem{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Every code has a status of its own choosing; one that is forgotten would be a 500.
func TestEveryCodeHasAStatus(t *testing.T) {
	t.Parallel()
	want := map[fault.Code]int{
		fault.Invalid: 400, fault.Unprocessable: 422, fault.Unauthorized: 401, fault.Forbidden: 403, fault.NotFound: 404,
		fault.Conflict: 409, fault.TooLarge: 413, fault.Overloaded: 503, fault.Misconfigured: 503, fault.Internal: 500, fault.Throttled: 429,
	}
	if diff := cmp.Diff(want, statuses); diff != "" {
		t.Error(diff)
	}
	if StatusOf("invented") != http.StatusInternalServerError {
		t.Error("an unknown code is not internal")
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	if err := From(fault.New(fault.Overloaded, "busy")).Write(w); err != nil {
		t.Fatal(err)
	}
	if w.Code != 503 || w.Header().Get("Retry-After") != RetryAfter || w.Header().Get("Content-Type") != ContentType || !json.Valid(w.Body.Bytes()) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

// The time to wait is told in whole seconds, never too short.
func TestThrottledTellsWhenToTryAgain(t *testing.T) {
	t.Parallel()
	for after, want := range map[time.Duration]string{0: RetryAfter, time.Millisecond: "1", time.Second: "1", 1500 * time.Millisecond: "2", 15 * time.Minute: "900"} {
		p := From(fault.New(fault.Throttled, "too often").Later(after))
		if got := p.GetHeaders().Get("Retry-After"); p.Status != http.StatusTooManyRequests || got != want {
			t.Errorf("after %v: %d, Retry-After %q, want %q", after, p.Status, got, want)
		}
	}
}
