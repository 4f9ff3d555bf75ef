package access_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

func TestRolesHoldWhatLesserOnesHold(t *testing.T) {
	t.Parallel()
	holds := map[access.Role][]access.Right{
		access.Viewer: {access.See}, access.Editor: {access.See, access.Act}, access.Owner: {access.See, access.Act, access.Manage},
		"": nil, "admin": nil, "OWNER": nil,
	}
	for role, want := range holds {
		for _, r := range []access.Right{access.See, access.Act, access.Manage} {
			if role.May(r) != slices.Contains(want, r) {
				t.Errorf("%q may %d: %v", role, r, role.May(r))
			}
		}
	}
	for r, want := range map[access.Right]access.Role{access.See: access.Viewer, access.Act: access.Editor, access.Manage: access.Owner} {
		if got := access.Needed(r); got != want {
			t.Errorf("%d needs %s, want %s", r, got, want)
		}
	}
	if _, err := access.ParseRole("admin"); !fault.Is(err, fault.Unprocessable) {
		t.Errorf("an invented role: %v", err)
	}
}

func TestScopesReadAsWritten(t *testing.T) {
	t.Parallel()
	got, err := access.ParseScopes("write, events:write read")
	if err != nil || access.JoinScopes(got) != "events:write read write" {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", " , ", "root", "read,root"} {
		if _, err := access.ParseScopes(bad); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestKeyIsGoodForItsScopesOnly(t *testing.T) {
	t.Parallel()
	k := access.Key{Scopes: []access.Scope{access.EventsWrite}}
	if !k.May(access.EventsWrite) || k.May(access.Read) || k.May(access.Admin) || k.May("") {
		t.Error("a key for events is good for something else, or not for events")
	}
	k.RevokedAt = time.Unix(1, 0)
	if k.May(access.EventsWrite) {
		t.Error("a revoked key is good for something")
	}
}

func TestActor(t *testing.T) {
	t.Parallel()
	if got := access.ActorOf(context.Background()); got.Kind != access.ByCommand {
		t.Errorf("nobody noted: %+v", got)
	}
	want := access.Actor{Kind: access.ByUser, ID: "u1"}
	if got := access.ActorOf(access.WithActor(context.Background(), want)); got != want {
		t.Errorf("noted: %+v", got)
	}
}

func TestWaitDoubles(t *testing.T) {
	t.Parallel()
	p := access.Patience{Free: 2, First: time.Second, Most: 10 * time.Second, Forget: time.Hour}
	now := time.Unix(1e9, 0)
	var g access.Guard
	for i, want := range []time.Duration{0, 0, 1, 2, 4, 8, 10, 10} {
		g = g.Charge(now, p)
		if got := g.Wait(now, p); got != want*time.Second {
			t.Errorf("after %d failures: %v, want %v", i+1, got, want*time.Second)
		}
		now = now.Add(g.Wait(now, p))
		if got := g.Wait(now, p); got != 0 {
			t.Errorf("after waiting: %v", got)
		}
	}
	if g = g.Charge(now.Add(time.Hour), p); g.Failures != 1 {
		t.Errorf("an hour later there are %d failures", g.Failures)
	}
}

// However the clock moves, nobody waits longer than the longest wait, and a day
// of trying without pause stays within a bounded number of guesses.
func TestGuessesOfADayAreBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, now := access.AccountPatience(), time.Unix(1e9, 0)
		var g access.Guard
		guesses, spent := 0, time.Duration(0)
		for spent < 24*time.Hour {
			if wait := g.Wait(now, p); wait > 0 {
				if wait > p.Most {
					t.Fatalf("a wait of %v", wait)
				}
				now, spent = now.Add(wait), spent+wait
				continue
			}
			g = g.Charge(now, p)
			guesses++
			pause := time.Duration(rapid.IntRange(0, 1000).Draw(t, "ms")) * time.Millisecond
			now, spent = now.Add(pause), spent+pause
		}
		if guesses > 110 {
			t.Fatalf("%d guesses in a day", guesses)
		}
	})
}
