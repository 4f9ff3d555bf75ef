package twilio_test

import (
	"net/url"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/channel/channeltest"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

func FuzzAnswer(f *testing.F) { channeltest.FuzzAnswer(f, subject()) }

func FuzzCallback(f *testing.F) {
	f.Add("MessageSid=SM1&MessageStatus=delivered", "m=msg-1", true, uint(3), byte(1))
	f.Add("MessageSid=SM1&From=%2B1&Body=STOP&OptOutType=STOP", "", false, uint(50), byte(2))
	f.Add("MessageStatus=failed&ErrorCode=30005&SmsSid=%00", "m=%00&m=x", true, uint(0), byte(0x0b))
	f.Add("ToCountry=FR&SmsMessageSid=SM9&NumMedia=0&SmsSid=SM9&SmsStatus=received&Body=Arr%C3%AAt&FromCountry=FR&To=%2B15005550006&NumSegments=1&MessageSid=SM9&AccountSid=AC1&From=%2B33600000000&ApiVersion=2010-04-01", "", false, uint(0), byte(0x20))
	f.Add("MessageSid=SM1&MessageSid=SM2", "%zz", true, uint(1), byte(1))
	f.Fuzz(func(t *testing.T, body, query string, status bool, at uint, mask byte) {
		values, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		to := inboundURL
		if status {
			to = "https://app.example/callbacks/twilio/shop-1/status?" + url.PathEscape(query)
		}
		r := signed(to, token, values)
		r.Body = []byte(body)
		if _, err := provider().Callback(keyed(token), r); err != nil && !fault.Is(err, fault.Unauthorized) {
			t.Fatal(err)
		}
		// What is signed is the fields, not how they are written: "+" is "%20".
		channeltest.Callback(t, provider(), keyed(token), r, signatureHeader, at, mask, true)
	})
}

// FuzzSignature: no text in place of the signature passes, and none of the URL.
func FuzzSignature(f *testing.F) {
	f.Add("YWJj", "https://app.example/callbacks/twilio/shop-1/status")
	f.Add("", "https://%zz/status")
	f.Add("====", "http://user:pass@app.example:443/callbacks/twilio/shop-1/status?m=msg-1")
	f.Fuzz(func(t *testing.T, signature, to string) {
		r := signed(statusURL, token, delivered())
		r.Header[signatureHeader][0] = signature
		if b, err := provider().Callback(keyed(token), r); !fault.Is(err, fault.Unauthorized) || len(b.Reports) != 0 {
			t.Fatalf("the signature %q gives %+v, %v", signature, b, err)
		}
		r = signed(statusURL, token, delivered())
		r.URL = to
		b, err := provider().Callback(keyed(token), r)
		if err != nil && !fault.Is(err, fault.Unauthorized) && !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
		u, _ := url.Parse(to)
		if err == nil && (u.Hostname() != "app.example" || u.Path != "/callbacks/twilio/shop-1/status" || u.Query().Get("m") != "msg-1") {
			t.Fatalf("what was signed for %s passes at %s: %+v", statusURL, to, b)
		}
	})
}
