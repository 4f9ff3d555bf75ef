package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestReportByAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	get := func(query string) reply { return s.do("GET", "/api/v1/reports/summary"+query, "", key("key-one")...) }
	get("").lacks(t, `"report"`)
	r := get("?range=7d&by=channel&compare=true")
	r.expect(t, http.StatusOK)
	r.has(t, `"from":"2026-10-28","to":"2026-11-03","time_zone":"Europe/Paris","by":"channel"`, `"key":"email"`, `"sent":6,"recovered":1`, `"before":{`)
	get("?from=2026-11-01&by=day").has(t, `"key":"2026-11-01"`, `"key":"2026-11-03"`)
	get("?by=rule").has(t, `{"outcome":"sent","rule":"consent.yes","count":6}`)
	get("?by=persona").has(t, `"key":"value-conscious"`, `"abandoned":8`)
	get("?from=tomorrow").expect(t, http.StatusBadRequest)
	get("?from=2026-11-03&to=2026-11-01").has(t, "ends before it begins")
}

func TestOverviewOfOtherDays(t *testing.T) {
	t.Parallel()
	in := serve(t, full(), overHTTP).as("in-ada")
	r := in.do("GET", "/?from=2026-10-01&to=2026-10-07&compare=1", "")
	r.expect(t, http.StatusOK)
	r.has(t, "1 Oct to 7 Oct 2026", "compared with the 7 days before", `value="2026-10-07"`, " checked", `/overview/days?compare=1&amp;from=2026-10-01&amp;to=2026-10-07`)
	in.do("GET", "/?range=today", "").has(t, "3 Nov 2026", `href="/carts?from=2026-11-03&amp;moment=abandoned&amp;to=2026-11-03"`)
	in.do("GET", "/?range=decade", "").expect(t, http.StatusBadRequest)
	file := in.do("GET", "/overview/personas?range=7d", "")
	file.expect(t, http.StatusOK)
	if got := file.Header.Get("Content-Type") + " " + file.Header.Get("Content-Disposition"); got != `text/csv; charset=utf-8 attachment; filename="personas-2026-10-28-2026-11-03.csv"` {
		t.Error(got)
	}
	if want := "persona,abandoned,sent,recovered,rate_percent,gross_EUR,refunded_EUR,net_EUR\nvalue-conscious,8,6,1,12.50,89.90,10.00,79.90\n"; file.body != want {
		t.Errorf("got %q, want %q", file.body, want)
	}
	in.do("GET", "/overview/everything", "").expect(t, http.StatusNotFound)
	if days := in.do("GET", "/overview/days?range=month", "").body; strings.Count(days, "\n") != 4 {
		t.Errorf("three days and their heads: %q", days)
	}
}
