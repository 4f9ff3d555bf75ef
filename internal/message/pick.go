package message

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Pick chooses among the templates of one key the one for a channel whose
// locale comes closest: the exact locale, then its language (first without a
// region, then with another), then English, then any. The earlier entry wins a tie.
func Pick(templates []Template, channel, locale string) (Template, bool) {
	best, at := 0, -1
	for i, t := range templates {
		if t.Channel != event.Channel(channel) {
			continue
		}
		if c := closeness(t.Locale, locale); c > best {
			best, at = c, i
		}
	}
	if at < 0 {
		return Template{}, false
	}
	return templates[at], true
}

func closeness(have, want string) int {
	switch {
	case strings.EqualFold(strings.ReplaceAll(have, "_", "-"), strings.ReplaceAll(want, "_", "-")):
		return 6
	case strings.EqualFold(have, language(want)):
		return 5
	case language(have) == language(want):
		return 4
	case strings.EqualFold(have, "en"):
		return 3
	case language(have) == "en":
		return 2
	}
	return 1
}
