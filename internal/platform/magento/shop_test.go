package magento_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/magento"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
)

// thing is what a table of the shop holds.
type thing = map[string]any

// shop is Magento's REST API over real HTTP: searches by its rules over tables
// of things, and answers by path.
type shop struct {
	t      *testing.T
	mu     sync.Mutex
	tables map[string][]thing
	pages  map[string]string
	// refuse gives statuses by the beginning of a path.
	refuse map[string]int
	// every runs after each search, as shoppers go on while lists are read.
	every func(s *shop, path string)
	asked []string
}

func open(t *testing.T, s *shop) platform.API {
	t.Helper()
	s.t = t
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return platform.API{Client: server.Client(), Shop: event.Delivery{ShopID: "shop-1", Domain: "shop.example", ReceivedAt: received, Currency: "EUR", Country: "FR"},
		Values: map[string]string{platform.KeyURL: server.URL, platform.KeyID: "a-token"}}
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/rest/V1")
	s.asked = append(s.asked, path)
	for begin, status := range s.refuse {
		if strings.HasPrefix(path, begin) {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(status)
			return
		}
	}
	if r.Header.Get("Authorization") != "Bearer a-token" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if strings.Contains(r.URL.RawQuery, "+") {
		s.t.Errorf("a space is written as +: %s", r.URL.RawQuery)
	}
	rows, is := s.tables[path]
	body := s.pages[path]
	switch {
	case is:
		_ = json.NewEncoder(w).Encode(s.search(rows, r.URL.Query()))
		if s.every != nil {
			s.every(s, path)
		}
	case body != "":
		_, _ = io.WriteString(w, body)
	default:
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"message":"No such entity."}`)
	}
}

// search answers by the rules of searchCriteria that are used here. A page
// beyond the last is the last one again, and an empty list is null.
func (s *shop) search(rows []thing, q url.Values) any {
	var found []thing
	for _, row := range rows {
		if s.fits(row, q) {
			found = append(found, row)
		}
	}
	for n := 1; n >= 0; n-- {
		if field := q.Get(fmt.Sprintf("searchCriteria[sortOrders][%d][field]", n)); field != "" {
			slices.SortStableFunc(found, func(a, b thing) int {
				x, y := fmt.Sprint(a[field]), fmt.Sprint(b[field])
				return strings.Compare(fmt.Sprintf("%30s", x), fmt.Sprintf("%30s", y))
			})
		}
	}
	size, err := strconv.Atoi(q.Get("searchCriteria[pageSize]"))
	page, err2 := strconv.Atoi(q.Get("searchCriteria[currentPage]"))
	if err != nil || err2 != nil || size < 1 || page < 1 {
		s.t.Errorf("a search without pages: %v", q)
		return nil
	}
	page = max(min(page, (len(found)+size-1)/size), 1)
	var items []thing
	for i := (page - 1) * size; i < min(page*size, len(found)); i++ {
		items = append(items, found[i])
	}
	return thing{"items": items, "total_count": len(found)}
}

func (s *shop) fits(row thing, q url.Values) bool {
	for g := 0; ; g++ {
		any, is := false, false
		for f := 0; ; f++ {
			at := fmt.Sprintf("searchCriteria[filter_groups][%d][filters][%d]", g, f)
			field := q.Get(at + "[field]")
			if field == "" {
				break
			}
			is = true
			value, has := row[field]
			want, got := q.Get(at+"[value]"), fmt.Sprint(value)
			switch condition := q.Get(at + "[condition_type]"); condition {
			case "gteq":
				any = any || got >= want
			case "gt":
				any = any || fmt.Sprintf("%30s", got) > fmt.Sprintf("%30s", want)
			case "eq":
				any = any || got == want
			case "in":
				any = any || slices.ContainsFunc(strings.Split(want, ","), func(w string) bool { return strings.EqualFold(w, got) })
			case "notnull":
				any = any || has && value != nil && want != ""
			default:
				s.t.Errorf("the condition %q is none of Magento's", condition)
			}
		}
		if !is {
			return true
		}
		if !any {
			return false
		}
	}
}

// listed reads a whole list.
func listed(t *testing.T, api platform.API, since time.Time) (events []event.Event) {
	t.Helper()
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		page, err := magento.New().List(t.Context(), api, since, cursor)
		if err != nil || pages > 60 {
			t.Fatalf("page %d (%s): %v", pages, cursor, err)
		}
		if page.Next == cursor && cursor != "" {
			t.Fatalf("the page %s leads to itself", cursor)
		}
		events = append(events, read(t, api, page.Answers)...)
		cursor = page.Next
	}
	return events
}

func read(t *testing.T, api platform.API, answers []platform.Answer) (events []event.Event) {
	t.Helper()
	for _, a := range answers {
		d := api.Shop
		d.Header, d.Body = a.Header, a.Body
		es, err := magento.New().Parse(d)
		if err != nil {
			t.Fatalf("%s: %v", a.Body, err)
		}
		for _, e := range es {
			platformtest.Sound(t, e)
		}
		events = append(events, es...)
	}
	return events
}
