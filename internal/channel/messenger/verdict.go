package messenger

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// judge turns an answer into a verdict. Meta says most things with status 400,
// so its error code decides first.
func judge(res *http.Response, answer []byte, torn bool, now time.Time) delivery.Verdict {
	var b struct {
		MessageID string      `json:"message_id"`
		Error     *graphError `json:"error"`
	}
	readable := json.Unmarshal(answer, &b) == nil
	if readable && b.Error != nil && b.Error.Code != 0 {
		return b.Error.verdict(res, now)
	}
	code := strconv.Itoa(res.StatusCode)
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return byStatus(res, code, now)
	}
	if !readable && (torn || len(bytes.TrimSpace(answer)) > 0) {
		return delivery.Verdict{Outcome: delivery.Unsure, Code: code, Reason: "Meta's answer to an accepted request is unreadable"}
	}
	return delivery.Verdict{Outcome: delivery.OK, Code: code, ProviderID: event.Clean(b.MessageID, 300)}
}

func byStatus(res *http.Response, code string, now time.Time) delivery.Verdict {
	v := delivery.Verdict{Outcome: delivery.Broken, Code: code, Reason: "Meta refuses this page or address"}
	switch status := res.StatusCode; {
	case status == http.StatusTooManyRequests:
		v.Outcome, v.Reason, v.After = delivery.Later, "Meta's rate limit is reached", channel.RetryAfter(res.Header, now)
	case status >= 500, status == http.StatusRequestTimeout, status < 200:
		v.Outcome, v.Reason = delivery.Unsure, "Meta failed after it had the request"
	case status == http.StatusBadRequest:
		v.Outcome, v.Reason = delivery.Refused, "Meta refuses the message"
	}
	return v
}

// graphError is Meta's error body.
type graphError struct {
	Message string `json:"message"`
	Code    int    `json:"code"`
	Subcode int    `json:"error_subcode"`
}

// name gives "10/2018278", or "190" without a subcode.
func (e graphError) name() string {
	if e.Subcode == 0 {
		return strconv.Itoa(e.Code)
	}
	return strconv.Itoa(e.Code) + "/" + strconv.Itoa(e.Subcode)
}

func (e graphError) verdict(res *http.Response, now time.Time) delivery.Verdict {
	m := e.meaning(res.StatusCode)
	v := delivery.Verdict{Outcome: m.outcome, Code: e.name(), Reason: m.reason, Suppress: m.suppress}
	if v.Outcome == delivery.Later {
		v.After = channel.RetryAfter(res.Header, now)
	}
	return v
}

type meaning struct {
	outcome  delivery.Outcome
	reason   string
	suppress string
}

// exact are the errors whose subcode changes what the code says.
var exact = map[string]meaning{
	"10/2018278": {delivery.Refused, "the 24-hour window is closed", ""},
	"10/2534022": {delivery.Refused, "the 24-hour window is closed", ""},
	// An older name of the same (Send API reference of 2020).
	"10/2018065":  {delivery.Refused, "the 24-hour window is closed", ""},
	"10/1893063":  {delivery.Broken, "Meta restricts the page from sending for now", ""},
	"100/2018001": {delivery.Refused, "nobody of this id is known to the page", "invalid_address"},
	"100/33":      {delivery.Refused, "this id cannot be addressed by the page", "invalid_address"},
	// 551 under other codes: the person blocked the page or left, no permission is missing.
	"10/2018108":  {delivery.Refused, "this person is not available", "blocked"},
	"200/1545041": {delivery.Refused, "this person is not available", "blocked"},
	"4/2018354":   {delivery.Refused, "Meta's limit of marketing messages is reached", ""},
	"9/2018352":   {delivery.Refused, "Meta's limit of marketing messages is reached", ""},
}

// general are the codes, whatever their subcode.
var general = map[int]meaning{
	// 1 may come after the message went out (1/1357046 says so): never repeat it.
	1: {delivery.Unsure, "Meta does not know whether it was sent", ""},
	// 2 and 1200 are Meta's own "not sent, try again".
	2:     {delivery.Later, "Meta is temporarily unavailable", ""},
	1200:  {delivery.Later, "Meta could not send it for now", ""},
	4:     {delivery.Later, "the app's rate limit is reached", ""},
	17:    {delivery.Later, "the user's rate limit is reached", ""},
	32:    {delivery.Later, "the page's rate limit is reached", ""},
	613:   {delivery.Later, "a rate limit is reached", ""},
	80006: {delivery.Later, "the page's messaging rate limit is reached", ""},
	10:    {delivery.Broken, "the app lacks the permission pages_messaging", ""},
	200:   {delivery.Broken, "the app lacks a permission for the page", ""},
	230:   {delivery.Broken, "the app lacks the permission pages_messaging", ""},
	190:   {delivery.Broken, "the page token is no longer valid: connect the page again", ""},
	368:   {delivery.Broken, "Meta blocks the page for a breach of its policies", ""},
	551:   {delivery.Refused, "this person is not available", "blocked"},
}

func (e graphError) meaning(status int) meaning {
	if m, ok := exact[e.name()]; ok {
		return m
	}
	if m, ok := general[e.Code]; ok {
		return m
	}
	said := channel.Tidy(e.Message)
	if said == "" {
		said = "Meta gave no reason with its code " + e.name()
	}
	switch {
	case status >= 500:
		return meaning{delivery.Unsure, said, ""}
	case e.Code >= 200 && e.Code <= 299, strings.Contains(e.Message, "appsecret_proof"):
		// Meta has no code of its own for a proof made with an old app secret.
		return meaning{delivery.Broken, said, ""}
	}
	// 100 (an invalid parameter) and the unknown rest: asking again would not help.
	return meaning{delivery.Refused, said, ""}
}
