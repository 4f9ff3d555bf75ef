package consent_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// FuzzQuiet: a window that is read is written as it reads, has an end whenever
// one asks, and that end is not quiet.
func FuzzQuiet(f *testing.F) {
	for _, s := range []string{"off", "21:00-08:00", "00:00-24:00", "24:00-00:01", "8-9", " 8 - 9:30 ", "-1:00-2:00", "1:60-2:00", "+1:00-02:00", "23:59-00:00", "1-2-3", "٢-٣"} {
		f.Add(s, int64(1_777_716_000), "Europe/Paris")
	}
	f.Add("01:30-03:30", int64(1_774_746_000), "Europe/Paris") // the night a clock goes forward
	f.Add("23:00-01:00", int64(1_540_000_000), "America/Sao_Paulo")
	f.Fuzz(func(t *testing.T, text string, at int64, place string) {
		q, err := consent.ParseQuiet(text)
		if err != nil {
			if !fault.Is(err, fault.Unprocessable) || q != (consent.Quiet{}) {
				t.Fatalf("%q: %+v, %v", text, q, err)
			}
			return
		}
		again, err := consent.ParseQuiet(q.String())
		if err != nil || again != q || q.From < 0 || q.From >= 24*60 || q.To < 0 || q.To >= 24*60 {
			t.Fatalf("%q is %+v, written %q, read again %+v, %v", text, q, q, again, err)
		}
		raw, err := json.Marshal(q)
		if err != nil || json.Unmarshal(raw, &again) != nil || again != q {
			t.Fatalf("%q goes through JSON as %s, %+v, %v", text, raw, again, err)
		}
		zone, err := time.LoadLocation(place)
		if err != nil || at < 0 || at > 4_000_000_000 {
			return
		}
		now := time.Unix(at, 0)
		next := q.Next(now, zone)
		if next.Before(now) || next.Sub(now) > 50*time.Hour || !q.Next(next, zone).Equal(next) {
			t.Fatalf("%v at %v in %s: next %v, then %v", q, now.In(zone), place, next.In(zone), q.Next(next, zone).In(zone))
		}
	})
}
