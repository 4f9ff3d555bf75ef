package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/danielgtaylor/huma/v2"
)

// maxConsents is how many answers one request may hold.
const maxConsents = 500

// ConsentAnswer is one answer to a request for consent, as the merchant states it.
type ConsentAnswer struct {
	Names
	// ID makes repeating harmless.
	ID string `json:"id,omitempty" maxLength:"100" doc:"Your own id of this answer, the same for every repetition. Without one, the same answer with the same time is a repeat; with neither, nothing is"`
	// Channel and Answer are what was answered.
	Channel event.Channel `json:"channel" enum:"email,sms,messenger"`
	Answer  event.Answer  `json:"answer" enum:"yes,no" doc:"Leave out whoever was not asked or did not answer: that is unknown, and not no"`
	Source  string        `json:"source,omitempty" maxLength:"100" doc:"Where it was given" example:"newsletter form"`
	Wording string        `json:"wording,omitempty" maxLength:"500" doc:"What was agreed to, or its version"`
	At      string        `json:"at,omitempty" doc:"When it was given, RFC 3339 or a day; now if left out. The newest answer counts" example:"2026-11-03T09:30:00Z"`
	// Confirmed is the merchant's word.
	Confirmed bool     `json:"confirmed,omitempty" doc:"The address itself confirmed it (double opt-in), and you can show it: Cartograph takes your word. Needs the address"`
	Covers    []string `json:"names,omitempty" nullable:"false" maxItems:"20" doc:"What the wording named beyond marketing as such; some laws ask for cart_reminders" example:"[\"cart_reminders\"]"`
	Evidence  string   `json:"evidence,omitempty" maxLength:"1000" doc:"What shows it, kept with the raw event: a form's record, an IP address and time, a ticket"`
}

func (c ConsentAnswer) said() consent.Said {
	s := consent.Said{
		Email: c.Email, Phone: c.Phone, Customer: c.Customer, Messenger: c.Messenger, Anonymous: c.Anonymous,
		Channel: string(c.Channel), Answer: string(c.Answer), Source: c.Source, Wording: c.Wording, At: c.At,
		Names: c.Covers, Evidence: c.Evidence, ID: c.ID,
	}
	if c.Confirmed {
		s.Confirmed = "yes"
	}
	return s
}

// ConsentAnswers is a request's body: an object with a list. A list alone and
// one answer alone are taken, too.
type ConsentAnswers struct {
	// Consents are the answers.
	Consents []ConsentAnswer `json:"consents" nullable:"false" maxItems:"500" doc:"Each is taken or refused on its own. The list alone, or one answer alone, may be sent as well"`
}

// ConsentLedger is what is known of one shopper's consent.
type ConsentLedger struct {
	// ShopperID is theirs, also where another id was merged into it.
	ShopperID string            `json:"shopper_id"`
	Now       []ConsentStanding `json:"now" nullable:"false" doc:"The answer that counts, for each channel and address"`
	Lines     []ConsentLine     `json:"lines" nullable:"false" doc:"Every answer there is, newest first, at most 500"`
	Older     bool              `json:"older" doc:"True when there are more lines than these"`
}

// ConsentStanding is the answer that counts for one address.
type ConsentStanding struct {
	// Channel is the way to write.
	Channel    event.Channel `json:"channel" enum:"email,sms,messenger"`
	Address    string        `json:"address,omitempty" doc:"Absent where none of the channel is known"`
	Answer     string        `json:"answer" enum:"yes,no,unknown"`
	Confirmed  bool          `json:"confirmed" doc:"The address itself confirmed it"`
	Names      []string      `json:"names" nullable:"false" doc:"What the wording named"`
	Source     string        `json:"source,omitempty"`
	At         time.Time     `json:"at,omitzero"`
	Suppressed string        `json:"suppressed,omitempty" doc:"Why nothing is sent to the address whatever the answer is: opted_out, bounced, complained, erased, …"`
}

// ConsentLine is one line of the ledger.
type ConsentLine struct {
	// At is when it was said.
	At        time.Time     `json:"at"`
	Channel   event.Channel `json:"channel" enum:"email,sms,messenger"`
	Answer    event.Answer  `json:"answer" enum:"yes,no"`
	Address   string        `json:"address,omitempty" doc:"The address it was said of, where it is one of theirs"`
	Source    string        `json:"source,omitempty"`
	Wording   string        `json:"wording,omitempty"`
	Confirmed bool          `json:"confirmed"`
	Names     []string      `json:"names" nullable:"false"`
	Evidence  string        `json:"evidence,omitempty" doc:"What shows it: event, message or inbound with its id, or import with file and line"`
}

func (a *API) consents() {
	op := huma.Operation{
		OperationID: "stateConsents", Method: http.MethodPost, Path: "/api/v1/consents", Tags: []string{"Shoppers"}, Metadata: needs(access.Write),
		Summary: "State what shoppers answered",
		Description: "Up to 500 answers to requests for consent, each with any names of the shopper. You vouch for them: what you state is " +
			"what messages are sent on. They are kept as events and only ever added to the ledger; the newest answer counts, whichever came " +
			"first, and of two at the same moment the no. A yes never lifts an unsubscription.",
		MaxBodyBytes: a.Gate.MaxBytes() + 1, SkipValidateBody: true, Middlewares: huma.Middlewares{a.enter},
	}
	operation(a, op, a.stateConsents)
	content := a.huma.OpenAPI().Paths[op.Path].Post.RequestBody.Content
	content["application/json"] = &huma.MediaType{
		Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[ConsentAnswers](), true, "ConsentAnswers"),
	}
	operation(a, get("shopperConsents", "/shoppers/{id}/consents", "Shoppers", "What a shopper answered, and what counts now"),
		func(ctx context.Context, s shop.Shop, in *ByID) (*answer[ConsentLedger], error) {
			l, err := a.Reader.ConsentLedger(ctx, s.ID, in.ID)
			return &answer[ConsentLedger]{Body: viewConsentLedger(l)}, err
		})
}

func (a *API) stateConsents(ctx context.Context, s shop.Shop, in *eventsIn) (*answer[Taken], error) {
	said, err := readConsents(in.RawBody)
	if err != nil {
		return nil, err
	}
	receipts, err := a.Engine.Claims(ctx, s.ID, said)
	if err != nil {
		return nil, err
	}
	t := count(receipts)
	if t.Rejected > 0 && t.Rejected == len(receipts) {
		p := problem.Of(fault.New(fault.Unprocessable, "no answer was taken in").Try("mend what the results name"))
		if len(receipts) == 1 {
			p.Detail, p.Field, p.Remedy = receipts[0].Message, receipts[0].Field, receipts[0].Remedy
		}
		p.Results = t.Results
		return nil, p
	}
	return &answer[Taken]{Body: t}, nil
}

// readConsents takes the body apart. What is wrong with one answer is told in its receipt.
func readConsents(body []byte) ([]consent.Said, error) {
	var list []json.RawMessage
	body = bytes.TrimSpace(body)
	switch {
	case !json.Valid(body):
		return nil, fault.New(fault.Invalid, "the body is not JSON").Try(`send {"consents": [...]}`)
	case body[0] == '[':
		if err := json.Unmarshal(body, &list); err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "the list cannot be read")
		}
	default:
		var fields map[string]json.RawMessage
		if json.Unmarshal(body, &fields) != nil {
			return nil, fault.New(fault.Unprocessable, "the body is neither an object nor a list").Try(`send {"consents": [...]}`)
		}
		raw, wrapped := fields["consents"]
		if !wrapped {
			list = []json.RawMessage{body}
		} else if json.Unmarshal(raw, &list) != nil || len(fields) > 1 {
			return nil, fault.New(fault.Unprocessable, "consents is no list, or something stands beside it").In("consents").Try(`send {"consents": [...]}`)
		}
	}
	if len(list) > maxConsents {
		return nil, fault.New(fault.TooLarge, "there are more than %d answers", maxConsents).Try("send them in several requests")
	}
	out := make([]consent.Said, 0, len(list))
	for _, raw := range list {
		out = append(out, readConsent(raw))
	}
	return out, nil
}

// readConsent reads one answer. A field that is not known is refused: a
// mistyped one would be a permission that was not meant.
func readConsent(raw []byte) consent.Said {
	var c ConsentAnswer
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return consent.Said{Err: fault.New(fault.Unprocessable, "the answer has a field that is not known, or one of another shape").
			Try("see /docs for what this operation takes")}
	}
	return c.said()
}

func viewConsentLedger(l journey.ConsentLedger) ConsentLedger {
	return ConsentLedger{ShopperID: l.ShopperID, Now: each(l.Now, viewStanding), Lines: each(l.Lines, viewConsentLine), Older: l.Older}
}

func viewStanding(s journey.ConsentStanding) ConsentStanding {
	v := ConsentStanding{
		Channel: s.Channel, Address: s.Address, Answer: string(s.Answer), Confirmed: s.Confirmed, Names: append([]string{}, s.Names...),
		Source: s.Source, At: s.At.UTC(), Suppressed: s.Suppressed,
	}
	if v.Answer == "" {
		v.Answer = "unknown"
	}
	return v
}

func viewConsentLine(l consent.Entry) ConsentLine {
	return ConsentLine{
		At: l.At.UTC(), Channel: l.Channel, Answer: l.Answer, Address: l.Address, Source: l.Source, Wording: l.Wording,
		Confirmed: l.Confirmed, Names: append([]string{}, l.Names...), Evidence: l.Evidence,
	}
}
