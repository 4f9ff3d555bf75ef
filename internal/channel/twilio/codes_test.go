package twilio_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// table is what Twilio's codes call for, written down apart from the code.
var table = map[int]struct {
	answer   delivery.Outcome
	report   delivery.Status
	suppress string
}{
	21610: {delivery.Refused, delivery.Failure, "opted_out"},
	30004: {delivery.Refused, delivery.Failure, "blocked"},
	30450: {delivery.Refused, delivery.Failure, "blocked"},
	60410: {delivery.Refused, delivery.Failure, "blocked"},

	21211: {delivery.Refused, delivery.Bounce, "invalid_address"},
	21614: {delivery.Refused, delivery.Bounce, "invalid_address"},
	21635: {delivery.Refused, delivery.Bounce, "invalid_address"},
	30005: {delivery.Refused, delivery.Bounce, "invalid_address"},
	30006: {delivery.Refused, delivery.Bounce, "invalid_address"},

	// Nothing against the number: not today, not this text, or not by this route.
	30003: {delivery.Refused, delivery.Failure, ""}, 30007: {delivery.Refused, delivery.Failure, ""},
	30008: {delivery.Refused, delivery.Failure, ""}, 30610: {delivery.Refused, delivery.Failure, ""},
	30047: {delivery.Refused, delivery.Failure, ""}, 21617: {delivery.Refused, delivery.Failure, ""},
	21602: {delivery.Refused, delivery.Failure, ""}, 35114: {delivery.Refused, delivery.Failure, ""},
	35115: {delivery.Refused, delivery.Failure, ""}, 35117: {delivery.Refused, delivery.Failure, ""},
	35118: {delivery.Refused, delivery.Failure, ""},

	// The shop's account or sender: no number would work.
	21612: {delivery.Broken, delivery.Failure, ""}, 21408: {delivery.Broken, delivery.Failure, ""},
	21606: {delivery.Broken, delivery.Failure, ""}, 21608: {delivery.Broken, delivery.Failure, ""},
	30034: {delivery.Broken, delivery.Failure, ""}, 30032: {delivery.Broken, delivery.Failure, ""},
	20003: {delivery.Broken, delivery.Failure, ""}, 20404: {delivery.Broken, delivery.Failure, ""},
	21703: {delivery.Broken, delivery.Failure, ""}, 21704: {delivery.Broken, delivery.Failure, ""},

	21611: {delivery.Later, delivery.Failure, ""}, 30001: {delivery.Later, delivery.Failure, ""},
	20429: {delivery.Later, delivery.Failure, ""}, 30022: {delivery.Later, delivery.Failure, ""},
	30023: {delivery.Later, delivery.Failure, ""},
}

// TestCodes holds every code against both ways it can come: as the answer to a
// call, and later as a status callback.
func TestCodes(t *testing.T) {
	t.Parallel()
	for code, want := range table {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, fmt.Sprintf(`{"code":%d,"message":"about +33612345678","status":400}`, code))
			})
			v := provider().Send(t.Context(), account(base), outbound())
			if v.Outcome != want.answer || v.Suppress != want.suppress || v.Code != fmt.Sprint(code) {
				t.Errorf("answered with it: %+v, want %+v", v, want)
			}

			f := delivered()
			f.Set("MessageStatus", "undelivered")
			f.Set("ErrorCode", fmt.Sprint(code))
			f.Set("RawDlrDoneDate", "2611221000")
			f.Set("MessagingServiceSid", "MG1")
			f.Set("ApiVersion", "2010-04-01")
			b, err := provider().Callback(keyed(token), signed(statusURL, token, f))
			if err != nil || len(b.Reports) != 1 {
				t.Fatalf("reported: %+v, %v", b, err)
			}
			r := b.Reports[0]
			if r.Status != want.report || r.Suppress != want.suppress || r.Code != fmt.Sprint(code) || r.Reason == "" {
				t.Errorf("reported later: %+v, want %+v", r, want)
			}
		})
	}
}

// A replayed or doubled field must not change what was signed.
func TestDoubledFieldsAreRefused(t *testing.T) {
	t.Parallel()
	for _, extra := range []string{"&From=%2B33600000000", "&OptOutType=STOP&OptOutType=START", "&Body=", "&Fro%6d=x"} {
		f := map[string][]string{"MessageSid": {"SM9"}, "From": {"+33612345678"}, "Body": {"hello"}}
		r := signed(inboundURL, token, f)
		r.Body = append(r.Body, extra...)
		if b, err := provider().Callback(keyed(token), r); err == nil || len(b.Inbounds)+len(b.Reports) > 0 {
			t.Errorf("%s passes: %+v, %v", extra, b, err)
		}
	}
	r := signed(inboundURL, token, map[string][]string{"MessageSid": {"SM9"}, "From": {"+33612345678"}, "Body": {"STOP"}})
	r.Header[signatureHeader] = append([]string{"bm9uZQ=="}, r.Header[signatureHeader]...)
	if _, err := provider().Callback(keyed(token), r); err == nil {
		t.Error("a wrong signature before the right one passes")
	}
}
