package sendgrid

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

func broken(code, reason string) delivery.Verdict {
	return delivery.Verdict{Outcome: delivery.Broken, Code: code, Reason: reason}
}

func refused(code, reason string) delivery.Verdict {
	return delivery.Verdict{Outcome: delivery.Refused, Code: code, Reason: reason}
}

// judge turns an answer into a verdict; torn says that its body broke off.
func judge(status int, h http.Header, body []byte, torn bool, now time.Time) delivery.Verdict {
	code := strconv.Itoa(status)
	errs := problems(body)
	switch {
	case status >= 200 && status < 300:
		return accepted(code, h, body, torn)
	case status == http.StatusTooManyRequests:
		return delivery.Verdict{Outcome: delivery.Later, Code: code, After: wait(h, now), Reason: "SendGrid's rate limit is reached"}
	case status == http.StatusBadRequest:
		return badRequest(code, errs)
	case status == http.StatusRequestEntityTooLarge:
		return refused(code, "the mail is larger than SendGrid takes")
	case status == http.StatusServiceUnavailable && len(errs) > 0:
		// Its own error body: the API itself turned the request away, not something on the way back.
		return delivery.Verdict{Outcome: delivery.Later, Code: code, After: wait(h, now), Reason: "SendGrid is unavailable"}
	case status >= 500, status == http.StatusRequestTimeout, status < 200:
		return delivery.Verdict{Outcome: delivery.Unsure, Code: code, Reason: "SendGrid failed after it had the request"}
	case status >= 300 && status < 400:
		return broken(code, "the SendGrid address answers with a redirect")
	}
	// 401, 403, 404, 405, 415: key, plan, sender identity or address; no recipient would work.
	return broken(code, said(errs, "SendGrid refuses this account"))
}

// accepted reads a success. The id lies in a header, so a broken body costs
// nothing; but where there is no id and a body that is no JSON, something on the
// way may have answered in SendGrid's place.
func accepted(code string, h http.Header, body []byte, torn bool) delivery.Verdict {
	id := event.Clean(h.Get("X-Message-Id"), 200)
	body = bytes.TrimSpace(body)
	if id == "" && (torn || len(body) > 0 && !json.Valid(body)) {
		return delivery.Verdict{Outcome: delivery.Unsure, Code: code, Reason: "SendGrid's answer to an accepted request is unreadable"}
	}
	return delivery.Verdict{Outcome: delivery.OK, ProviderID: id, Code: code}
}

// wait reads how long to wait: the reset time (unix seconds) or Retry-After.
func wait(h http.Header, now time.Time) time.Duration {
	reset, err := strconv.ParseInt(strings.TrimSpace(h.Get("X-RateLimit-Reset")), 10, 64)
	if err != nil || reset <= 0 || reset > maxUnix {
		return channel.RetryAfter(h, now)
	}
	return max(channel.Wait(time.Unix(reset, 0).Sub(now)), channel.RetryAfter(h, now))
}

// problem is one entry of SendGrid's error body.
type problem struct {
	Message string `json:"message"`
	Field   string `json:"field"`
}

func problems(body []byte) []problem {
	var b struct {
		Errors []problem `json:"errors"`
	}
	if json.Unmarshal(body, &b) != nil {
		return nil
	}
	return b.Errors
}

// recipient matches the fields that are the recipient's address and nothing else.
var recipient = regexp.MustCompile(`^personalizations[.\[]\d+\]?\.to([.\[]\d+\]?(\.email)?)?$`)

// badRequest tells whose fault a 400 is: the shop's sender, the address or the mail.
func badRequest(code string, errs []problem) delivery.Verdict {
	for _, e := range errs {
		if e.Field == "from" || strings.HasPrefix(e.Field, "from.") || strings.HasPrefix(e.Field, "reply_to") {
			return broken(code, said(errs, "SendGrid refuses the sender"))
		}
	}
	v := refused(code, said(errs, "SendGrid refuses the mail"))
	for _, e := range errs {
		if recipient.MatchString(e.Field) {
			v.Suppress, v.Reason = "invalid_address", "SendGrid says the address is invalid"
			break
		}
	}
	return v
}

// said gives the first error in SendGrid's words, or ours when it gave none.
func said(errs []problem, ours string) string {
	if len(errs) == 0 || errs[0].Message == "" {
		return ours
	}
	if errs[0].Field == "" {
		return channel.Tidy(errs[0].Message)
	}
	return channel.Tidy(errs[0].Field + ": " + errs[0].Message)
}
