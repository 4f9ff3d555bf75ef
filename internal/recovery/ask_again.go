package recovery

import (
	"errors"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

const (
	// firstWait is what follows the first asking without an answer; each doubles it, up to longestPause.
	firstWait    = 5 * time.Second
	longestPause = time.Hour
	// givenUp is how long one thing is asked for. After it no message would be about it any more.
	givenUp = 3 * 24 * time.Hour
)

// unanswered plans the next asking after trouble, or gives up: at once where
// asking again cannot help, else when the question is too old. What is given up
// stays, so that the merchant can see it.
func (e *Engine) unanswered(sh shop.Shop, q *Inquiry, why error) {
	now := e.Now().UTC()
	q.Trouble = event.Clean(trouble(why), 300)
	q.DueAt = now.Add(max(pause(q.Tries), after(why)))
	passing := e.passing(why) || fault.Is(why, fault.Throttled) || fault.Is(why, fault.Misconfigured)
	old := now.Sub(q.WantedAt) > givenUp
	switch {
	case q.Kind == AskProducts:
		q.DueAt, q.AnsweredAt = time.Time{}, now // a message is written with what is known
	case q.Kind == AskChanges && !passing:
		q.Place = "" // a page's name may not be good any more: the list begins anew
	case q.Kind != AskChanges && (!passing || old):
		q.DueAt = time.Time{}
		e.Log.Warn("a platform's API was asked in vain", "shop", sh.ID, "platform", sh.Platform, "kind", q.Kind, "tries", q.Tries, "error", why)
	}
}

// pause is how long to wait after so many askings in vain.
func pause(tries int) time.Duration {
	return min(firstWait<<min(max(tries-1, 0), 12), longestPause)
}

// after is the wait that the platform asked for.
func after(err error) time.Duration {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.After
	}
	return 0
}

// trouble is what a merchant reads of an error: what happened and what to do,
// without its cause, which may hold addresses.
func trouble(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return "an error of ours, which the log tells"
	}
	if f.Remedy == "" {
		return f.Message
	}
	return f.Message + ": " + f.Remedy
}
