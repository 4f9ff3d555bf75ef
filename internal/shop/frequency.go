package shop

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Frequency bounds how many messages one shopper gets in any stretch of time.
// The zero value is no bound.
type Frequency struct {
	// Max is how many, Per in what time.
	Max int
	Per time.Duration
}

// ParseFrequency reads "off" or "12 per 7d".
func ParseFrequency(s string) (Frequency, error) {
	if s = strings.TrimSpace(s); s == "off" {
		return Frequency{}, nil
	}
	n, per, ok := strings.Cut(s, " per ")
	most, err1 := strconv.Atoi(strings.TrimSpace(n))
	d, err2 := duration.Parse(strings.TrimSpace(per))
	if !ok || err1 != nil || err2 != nil || most < 1 || most > 1000 || d < time.Second || d > 90*24*time.Hour {
		return Frequency{}, fault.New(fault.Unprocessable, "%q is no frequency_cap", s).In("frequency_cap").
			Try(`write how many messages in what time (up to 90d), such as "12 per 7d", or "off"`)
	}
	return Frequency{Max: most, Per: d}, nil
}

// String writes what ParseFrequency reads.
func (f Frequency) String() string {
	if f == (Frequency{}) {
		return "off"
	}
	return strconv.Itoa(f.Max) + " per " + duration.Format(f.Per)
}

// MarshalJSON writes the bound as its text.
func (f Frequency) MarshalJSON() ([]byte, error) { return json.Marshal(f.String()) }

// UnmarshalJSON reads the bound from its text.
func (f *Frequency) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	v, err := ParseFrequency(s)
	*f = v
	return err
}

// Channels is a set of channels.
type Channels []event.Channel

// ParseChannels reads "off" or names separated by commas ("email,sms").
// Messenger has no opt-in to confirm: its window opens when the shopper writes.
func ParseChannels(s string) (Channels, error) {
	if s = strings.TrimSpace(s); s == "off" || s == "" {
		return nil, nil
	}
	var out Channels
	for name := range strings.SplitSeq(s, ",") {
		c := event.Channel(strings.TrimSpace(name))
		if c != event.Email && c != event.SMS {
			return nil, fault.New(fault.Unprocessable, "%q is no channel for double_opt_in", c).In("double_opt_in").
				Try(`write "off", "email", "sms" or "email,sms"`)
		}
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out, nil
}

// Has reports whether a channel is in the set.
func (c Channels) Has(one event.Channel) bool { return slices.Contains(c, one) }

// String writes what ParseChannels reads.
func (c Channels) String() string {
	if len(c) == 0 {
		return "off"
	}
	names := make([]string, 0, len(c))
	for _, one := range c {
		names = append(names, string(one))
	}
	return strings.Join(names, ",")
}

// Caps are the shop's own bounds on how often one shopper is written to.
func (s Settings) Caps() consent.Caps {
	return consent.Caps{Max: s.FrequencyCap.Max, Per: s.FrequencyCap.Per, Rest: s.RestAfterOrder}
}

func (s *Settings) setRest(value string) error {
	d, err := duration.Parse(value)
	if err != nil || d > 365*24*time.Hour {
		return fault.New(fault.Unprocessable, "%q is no time for rest_after_order", value).In("rest_after_order").
			Try(`write a duration up to 365d, such as "3d", or "0s" for none`)
	}
	s.RestAfterOrder = d
	return nil
}

var consentName = regexp.MustCompile(`^[a-z][a-z_]{0,39}$`)

func (s *Settings) setConsentNames(value string) error {
	var names []string
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if !consentName.MatchString(name) {
			return fault.New(fault.Unprocessable, "%q is no consent name", name).In("consent_names").
				Try(`write what your forms' wording names, such as "cart_reminders"`)
		}
		names = append(names, name)
	}
	s.ConsentNames = strings.Join(names, ",")
	return nil
}
