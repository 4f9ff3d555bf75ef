package recovery_test

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// openPacks ask nothing but Messenger's window: random histories are about
// the other promises, and their people live nowhere and write at night.
func openPacks() consent.Packs {
	var open []consent.Pack
	for _, c := range []event.Channel{event.Email, event.SMS, event.Messenger} {
		p := consent.Pack{
			Channel: c, Week: consent.Always(), SoftOptIn: true,
			Review:  consent.Review{Source: "none", Reviewed: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Note: "for histories"},
			Carries: consent.Carries{Sender: true, OptOut: []consent.OptOut{consent.OptOutReply}},
		}
		if c == event.Email {
			p.Carries.OptOut = []consent.OptOut{consent.OptOutLink, consent.OptOutHeader}
		}
		if c == event.Messenger {
			p.Window, p.Margin = 24*time.Hour, 10*time.Minute
		}
		open = append(open, p)
	}
	packs, err := consent.NewPacks(open, nil)
	if err != nil {
		panic(err)
	}
	return packs
}
