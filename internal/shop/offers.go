package shop

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// standardOfferRest is how long a shopper is made no second offer unless the shop says otherwise.
const standardOfferRest = 30 * day

// OfferRest gives how long after an offer a shopper is made none for another
// cart; 0 for shops that do not ask.
func (s Settings) OfferRest() time.Duration {
	if s.OffersEvery == 0 {
		return standardOfferRest
	}
	return max(s.OffersEvery, 0)
}

func (s *Settings) setOffersEvery(value string) error {
	if value == "off" || value == "0" || value == "0s" {
		s.OffersEvery = -1
		return nil
	}
	d, err := duration.Parse(value)
	if err != nil || d < time.Hour || d > 365*day {
		return fault.New(fault.Unprocessable, "%q is no time for offers_every", value).In("offers_every").
			Try(`write "off" or a duration from 1h to 365d, such as "30d"`)
	}
	if s.OffersEvery = d; d == standardOfferRest {
		s.OffersEvery = 0
	}
	return nil
}

func (s Settings) offersEveryText() string {
	if s.OfferRest() == 0 {
		return "off"
	}
	return duration.Format(s.OfferRest())
}
