package commercetools

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// perPage is how many are asked for at once: few enough for carts of 500 lines.
const perPage = 20

// listed is one of the two lists, orders first: they stop messages.
type listed struct {
	path, topic string
	expand      []string
}

func lists() []listed {
	return []listed{
		{"orders", fetchedOrder, []string{expandCart, expandPayment}},
		{"carts", fetchedCart, []string{expandCart}},
	}
}

// List gives the orders that changed, then the carts, the oldest change first.
// Carts have to be listed: commercetools tells of their creation only.
//
// A cursor is the list's number, and time and id of the last one that was seen:
// what changes meanwhile moves to the end, and nothing is passed over.
func (*Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	at, where, err := position(since, cursor)
	if err != nil {
		return platform.Page{}, err
	}
	s, err := open(ctx, api)
	if err != nil {
		return platform.Page{}, err
	}
	l := lists()[at]
	text, err := s.get(ctx, l.path, url.Values{"where": {where}, "sort": {"lastModifiedAt asc", "id asc"},
		"limit": {strconv.Itoa(perPage)}, "withTotal": {"false"}, "expand": l.expand})
	if err != nil {
		return platform.Page{}, err
	}
	results, err := resultsOf(text)
	if err != nil {
		return platform.Page{}, err
	}
	var page platform.Page
	for _, raw := range results {
		page.Answers = append(page.Answers, answer(l.topic, raw))
	}
	page.Next, err = following(at, results)
	return page, err
}

// changed is all that a cursor needs of a resource. The time is kept as it was
// written: it is compared with itself.
type changed struct {
	ID wire.Text `json:"id"`
	At wire.Text `json:"lastModifiedAt"`
}

// position reads a cursor: which list, and what of it.
func position(since time.Time, cursor string) (at int, where string, err error) {
	from := `lastModifiedAt >= "` + since.UTC().Format("2006-01-02T15:04:05.000Z") + `"`
	if cursor == "" {
		return 0, from, nil
	}
	parts := strings.Split(cursor, "|")
	at, err = strconv.Atoi(parts[0])
	if err != nil || at < 0 || at >= len(lists()) || len(parts) != 3 || !(plain(parts[1]) && wire.Segment(parts[2]) || parts[1]+parts[2] == "") {
		return 0, "", fault.New(fault.Invalid, "the cursor is none of commercetools'").In("cursor")
	}
	if parts[2] == "" {
		return at, from, nil
	}
	return at, `lastModifiedAt > "` + parts[1] + `" or (lastModifiedAt = "` + parts[1] + `" and id > "` + parts[2] + `")`, nil
}

// plain reports whether a text can only be a time.
func plain(moment string) bool {
	return moment != "" && len(moment) <= 40 && strings.Trim(moment, "0123456789-:.TZ") == ""
}

// following gives the cursor behind a page: after its last one, the next list
// after the last page, "" after the last list.
func following(at int, results []json.RawMessage) (string, error) {
	if len(results) < perPage {
		if at+1 < len(lists()) {
			return strconv.Itoa(at+1) + "||", nil
		}
		return "", nil
	}
	var last changed
	if err := json.Unmarshal(results[len(results)-1], &last); err != nil || !plain(string(last.At)) || !wire.Segment(string(last.ID)) {
		return "", fault.New(fault.Unprocessable, "the platform's list ends in something without id and time")
	}
	return strconv.Itoa(at) + "|" + string(last.At) + "|" + string(last.ID), nil
}
