package generic

import (
	"bytes"
	"encoding/json"

	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// serverTag is what a server container of Google Tag Manager adds to an event:
// its "common event data" is one flat object, in which GA4's parameters stand
// beside the event's name and the person.
type serverTag struct {
	EventName wire.Text             `json:"event_name"`
	UserData  wire.Object[userData] `json:"user_data"`
	Language  wire.Text             `json:"language"`
	UserAgent wire.Text             `json:"user_agent"`
}

// userData is the person as Google's tags tell them, each part once or in a
// list. Hashed addresses (sha256_email_address) are left aside: nobody can be
// written to by a hash.
type userData struct {
	Email   first[wire.Text]                `json:"email_address"`
	Email2  first[wire.Text]                `json:"email"`
	Phone   first[wire.Text]                `json:"phone_number"`
	Phone2  first[wire.Text]                `json:"phone"`
	Address first[wire.Object[userAddress]] `json:"address"`
}

// userAddress is one postal address of it.
type userAddress struct {
	First   wire.Text `json:"first_name"`
	Last    wire.Text `json:"last_name"`
	Country wire.Text `json:"country"`
	Region  wire.Text `json:"region"`
}

// first is one value, or the first of a list.
type first[T any] struct{ V T }

// UnmarshalJSON reads either; an empty list is no value.
func (f *first[T]) UnmarshalJSON(b []byte) error {
	f.V = *new(T)
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(b, &list); err != nil || len(list) == 0 {
			return err
		}
		b = list[0]
	}
	return json.Unmarshal(b, &f.V)
}

// flat takes the parameters of an event that has them beside its name.
func (t *track) flat(raw []byte) error {
	if t.EventName == "" || t.Properties.Set || t.Params.Set {
		return nil
	}
	t.Params.Set = true
	return json.Unmarshal(raw, &t.Params.V)
}

// traits gives the person as other senders tell them.
func (s serverTag) traits() traits {
	u := s.UserData.V
	a := u.Address.V.V
	return traits{
		Email: wire.Text(wire.First(u.Email.V, u.Email2.V)), Phone: wire.Text(wire.First(u.Phone.V, u.Phone2.V)),
		First: a.First, Last: a.Last, Country: a.Country, Region: a.Region, Locale: s.Language, Device: s.UserAgent,
	}
}
