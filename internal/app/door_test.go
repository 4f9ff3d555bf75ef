package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

const (
	password = "plover-kettle-9-tundra"
	email    = "ada@example.com"
	home     = "203.0.113.7"
)

// house is an installation with a shop, on one engine, whose clock a test moves.
type house struct {
	*core
	door  *doorkeeper
	shop  CreatedShop
	clock *storetest.Clock
	conf  config.Config
}

// eachHouse runs f on both engines.
func eachHouse(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	for _, engine := range []string{storetest.EngineSQLite, storetest.EnginePostgres} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			c := config.Default()
			c.Database.DataDir, c.Security.SecretKey = t.TempDir(), strings.Repeat("a", 32)
			c.Database.SQLiteSync, c.HTTP.PublicURL = "normal", "https://cart.example"
			if engine == storetest.EnginePostgres {
				c.Database.URL = storetest.EmptyPostgres(t)
			}
			h := &house{clock: &storetest.Clock{}, conf: c}
			h.core = h.open(t, c)
			var err error
			if h.shop, err = h.CreateShop(t.Context(), demoShop()); err != nil {
				t.Fatal(err)
			}
			if h.door, err = h.newDoorkeeper(); err != nil {
				t.Fatal(err)
			}
			h.door.hasher = access.NewHasher(access.Cost{Memory: 64, Passes: 1, Lanes: 1}, 4, rand.Reader)
			f(t, h)
		})
	}
}

func (h *house) open(t *testing.T, c config.Config) *core {
	t.Helper()
	k, err := openCore(context.Background(), c, newLog(io.Discard, "error"), h.clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

func (h *house) signIn(ctx context.Context, email, password, from string) error {
	_, err := h.door.SignInWithPassword(ctx, email, password, from)
	return err
}

// log gives the audit log of a shop, oldest first, as "action object detail".
func (h *house) log(t *testing.T, shopID string) []string {
	t.Helper()
	p, err := h.store.Audit(t.Context(), shopID, journey.Query{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range slices.Backward(p.Items) {
		out = append(out, fmt.Sprintf("%s by %s %v", e.Action, e.Actor.Kind, e.Detail))
	}
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantFault(t *testing.T, what string, err error, code fault.Code) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("%s: got %v, want a fault of code %q", what, err, code)
	}
}

func TestPasswordLetsIn(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		must(t, h.AddUser(ctx, "Ada@Example.com", h.shop.ID, "editor", password))
		must(t, h.signIn(ctx, " ADA@example.com ", password, home))
		for what, err := range map[string]error{
			"a wrong password":        h.signIn(ctx, email, password+"x", home),
			"no password":             h.signIn(ctx, email, "", home),
			"an unknown address":      h.signIn(ctx, "eve@example.com", password, home),
			"an address with a NUL":   h.signIn(ctx, "ada\x00@example.com\x00", "x", home),
			"an endless address":      h.signIn(ctx, strings.Repeat("é", 10_000), password, "nonsense"),
			"an address in bad UTF-8": h.signIn(ctx, "\xff\xfe", password, ""),
		} {
			if !fault.Is(err, fault.Unauthorized) || err.Error() != errWrong().Error() {
				t.Errorf("%s: %v", what, err)
			}
		}
		// Who has a link only is known, and still has no password.
		_, err := h.SignInLink(ctx, "bob@example.com", h.shop.ID, "viewer")
		must(t, err)
		wantFault(t, "a user without a password", h.signIn(ctx, "bob@example.com", "", "198.51.100.1"), fault.Unauthorized)
		wantFault(t, "a weak password", h.AddUser(ctx, "eve@example.com", h.shop.ID, "viewer", "Password1234"), fault.Unprocessable)
		wantFault(t, "nobody's new password", h.ChangePassword(ctx, "nobody@example.com", password), fault.NotFound)
	})
}

// Changing one's own password takes the current one, whose guessing is slowed
// down like any other; who has none yet sets one.
func TestOwnPassword(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		must(t, h.AddUser(ctx, email, h.shop.ID, "viewer", password))
		who, err := h.door.SignInWithPassword(ctx, email, password, home)
		must(t, err)
		change := func(id, current, next string) error {
			p, err := h.door.ChangeOwnPassword(ctx, id, current, next, home)
			if err == nil {
				who = p
			}
			return err
		}
		wantFault(t, "a weak one", change(who.ID, password, "Password1234"), fault.Unprocessable)
		must(t, change(who.ID, password, "another-kettle-9-tundra"))
		st, err := h.store.Standing(ctx, who.ID)
		must(t, err)
		if st.Generation != who.Generation || who.Generation < 2 {
			t.Errorf("generation %d, the session's is %d", st.Generation, who.Generation)
		}
		wantFault(t, "the former one", h.signIn(ctx, email, password, home), fault.Unauthorized)
		must(t, h.signIn(ctx, email, "another-kettle-9-tundra", home))
		for range 5 {
			wantFault(t, "guessing the current one", change(who.ID, "guess", password), fault.Unauthorized)
		}
		wantFault(t, "guessing on", change(who.ID, "guess", password), fault.Throttled)

		link, err := h.SignInLink(ctx, "bob@example.com", h.shop.ID, "viewer")
		must(t, err)
		bob, err := h.door.SignIn(ctx, link[strings.LastIndex(link, "/")+1:])
		must(t, err)
		must(t, change(bob.ID, "", password))
		must(t, h.signIn(ctx, "bob@example.com", password, "198.51.100.9"))
	})
}

// The costs of a hash can be raised: who signs in is hashed anew, and stays in.
func TestSignInRehashes(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		must(t, h.AddUser(t.Context(), email, h.shop.ID, "owner", password))
		who, err := h.door.SignInWithPassword(t.Context(), email, password, home)
		must(t, err)
		st, err := h.store.Standing(t.Context(), who.ID)
		must(t, err)
		if st.Generation != who.Generation {
			t.Error("hashing anew ended the sessions")
		}
		h.door.hasher = access.NewHasher(access.Cost{Memory: 64, Passes: 1, Lanes: 1}, 1, rand.Reader)
		must(t, h.signIn(t.Context(), email, password, home))
	})
}

// Failures slow down the account, wherever they come from, and a process that
// was started later knows of them.
func TestFailuresSlowAnAccountDown(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		must(t, h.AddUser(ctx, email, h.shop.ID, "owner", password))
		tries := 0
		for range 4 {
			wantFault(t, "a free failure", h.signIn(ctx, email, "wrong", fmt.Sprintf("192.0.2.%d", tries)), fault.Unauthorized)
			tries++
		}
		wantFault(t, "the fifth", h.signIn(ctx, email, "wrong", home), fault.Unauthorized)
		second := h.open(t, h.conf)
		other, err := second.newDoorkeeper()
		must(t, err)
		_, err = other.SignInWithPassword(ctx, email, password, "192.0.2.99")
		var f *fault.Error
		if wantFault(t, "the right password at once, at another process", err, fault.Throttled); !errors.As(err, &f) || f.After <= 0 || f.After > time.Second {
			t.Errorf("to wait %v", f)
		}
		h.clock.Add(2 * time.Second)
		must(t, h.signIn(ctx, email, password, home))
		wantFault(t, "afterwards a failure is free again", h.signIn(ctx, email, "wrong", home), fault.Unauthorized)
		must(t, h.signIn(ctx, email, password, home))
	})
}

// Many tries at the same moment gain nothing over one after another.
func TestFailuresAtTheSameTimeAreCounted(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		must(t, h.AddUser(t.Context(), email, h.shop.ID, "owner", password))
		errs := make([]error, 24)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { errs[i] = h.signIn(context.Background(), email, "wrong", fmt.Sprintf("192.0.2.%d", i)) })
		}
		wg.Wait()
		compared := 0
		for i, err := range errs {
			switch {
			case fault.Is(err, fault.Unauthorized):
				compared++
			case !fault.Is(err, fault.Throttled):
				t.Errorf("try %d: %v", i, err)
			}
		}
		if compared > 5 {
			t.Errorf("%d passwords were compared at once, five may be", compared)
		}
	})
}

// One address that tries many accounts is slowed down too; of IPv6 its network is.
func TestFailuresSlowAnAddressDown(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		for i := range 21 {
			from := fmt.Sprintf("2001:db8:1:2::%x", i+1)
			wantFault(t, "a failure", h.signIn(ctx, fmt.Sprintf("u%d@example.com", i), "x", from), fault.Unauthorized)
		}
		wantFault(t, "the same network", h.signIn(ctx, "u99@example.com", "x", "2001:db8:1:2:ffff::1"), fault.Throttled)
		wantFault(t, "another network", h.signIn(ctx, "u99@example.com", "x", "2001:db8:1:3::1"), fault.Unauthorized)
	})
}

// Everything that changes who may do what, or what is sent, is written down,
// without a word of personal data.
func TestAuditLog(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx, id := t.Context(), h.shop.ID
		begun := len(h.log(t, id))
		must(t, h.AddUser(ctx, email, id, "viewer", password))
		_, err := h.SignInLink(ctx, email, id, "owner")
		must(t, err)
		must(t, h.signIn(ctx, email, password, home))
		wantFault(t, "a wrong password", h.signIn(ctx, email, "wrong", home), fault.Unauthorized)
		_, k, err := h.CreateKey(ctx, id, "plugin", []access.Scope{access.EventsWrite})
		must(t, err)
		must(t, h.RevokeKey(ctx, id, k.ID))
		must(t, h.ChangeShop(ctx, id, map[string]string{"sender_name": "Atelier", "twilio_auth_token": "secret-token"}))
		as := access.WithActor(ctx, access.Actor{Kind: access.ByUser, ID: "u1"})
		_, err = h.library.Apply(as, id, "x", []byte("personas:\n  - {key: everyone, name: Sam}\n"), true)
		must(t, err)
		must(t, recordReplay(ctx, h.store, id, journey.Held{}))
		must(t, h.RemoveUser(ctx, email, id))
		want := []string{
			"user.added by command map[role:viewer]", "user.password_set by command map[]",
			"user.role_changed by command map[role:owner was:viewer]", "user.sign_in_link_made by command map[]",
			"sign_in by user map[by:password]", "sign_in.failed by nobody map[by:password]",
			"key.created by command map[name:plugin scopes:events:write]", "key.revoked by command map[]",
			"settings.changed by command map[sender_name:Atelier Nord → Atelier]", "credential.added by command map[]",
			"playbook.published by user map[changed:personas: everyone personas:1]", "quarantine.replayed by command map[]", "user.removed by command map[]",
		}
		got := h.log(t, id)
		slices.Sort(want)
		slices.Sort(got[begun:])
		if diff := cmp.Diff(want, got[begun:]); diff != "" {
			t.Error(diff)
		}
		for _, line := range got {
			for _, word := range []string{"ada", "secret-token", password, home} {
				if strings.Contains(line, word) {
					t.Errorf("the log names %q: %s", word, line)
				}
			}
		}
		// A change that fails leaves no line.
		wantFault(t, "a bad setting", h.ChangeShop(ctx, id, map[string]string{"quiet_hours": "night"}), fault.Unprocessable)
		if n := len(h.log(t, id)); n != len(got) {
			t.Errorf("%d lines after a change that failed, %d before", n, len(got))
		}
	})
}

// The secret key is changed while servers run: what the old one sealed opens,
// links go on, and afterwards the new one is enough.
func TestSecretKeyIsChanged(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx, id := t.Context(), h.shop.ID
		links, err := h.linkSecret(ctx)
		must(t, err)
		if derived, err := h.sealer.Derive("links"); err != nil || !slices.Equal(links, derived) {
			t.Error("links of an installation from before would be dead")
		}
		for i := range 130 {
			must(t, h.ChangeShop(ctx, id, map[string]string{"twilio_auth_token": fmt.Sprint("token-", i)}))
		}
		c := h.conf
		c.Security.SecretKey = strings.Repeat("b", 32)
		wantFault(t, "the new key alone", opened(t, c), fault.Misconfigured)
		c.Security.PreviousSecretKey = strings.Repeat("c", 32)
		wantFault(t, "the new key and a wrong previous one", opened(t, c), fault.Misconfigured)
		c.Security.PreviousSecretKey = h.conf.Security.SecretKey
		both := h.open(t, c)
		same(t, "the account under both keys", tokenOf(t, both, id), "token-129")
		same(t, "the link secret under both keys", secretOf(t, both), string(links))
		must(t, both.ChangeShop(ctx, id, map[string]string{"twilio_auth_token": "token-new"}))

		// It dies after a batch, and is run again.
		_, done, more, err := both.resealBatch(ctx, store.Seal{})
		if err != nil || done == 0 || !more {
			t.Fatalf("the first batch: %d, %v, %v", done, more, err)
		}
		rest, err := both.Reseal(ctx)
		if err != nil || done+rest < 131 || rest >= 131 {
			t.Errorf("%d and then %d were sealed anew: %v", done, rest, err)
		}
		again, err := both.Reseal(ctx)
		if err != nil || again != 0 {
			t.Errorf("a second time: %d, %v", again, err)
		}
		wantFault(t, "the old key afterwards", opened(t, h.conf), fault.Misconfigured)
		c.Security.PreviousSecretKey = ""
		alone := h.open(t, c)
		same(t, "the account under the new key", tokenOf(t, alone, id), "token-new")
		same(t, "the link secret under the new key", secretOf(t, alone), string(links))
		_, err = alone.Reseal(ctx)
		wantFault(t, "sealing anew from nothing", err, fault.Misconfigured)
		if log := h.log(t, ""); len(log) == 0 || !strings.HasPrefix(log[0], "secrets.resealed by command") {
			t.Errorf("the installation's log: %v", log)
		}
	})
}

func tokenOf(t *testing.T, k *core, shopID string) string {
	t.Helper()
	s, err := (&accounts{store: k.store, sealer: k.sealer, config: k.config}).secrets(t.Context(), shopID)
	must(t, err)
	return s["twilio_auth_token"][0]
}

func secretOf(t *testing.T, k *core) string {
	t.Helper()
	b, err := k.linkSecret(t.Context())
	must(t, err)
	return string(b)
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// Passwords come by file or standard input, never by an argument.
func TestPasswordCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := func(in string, args ...string) (out, trouble string, code int) {
		var o, e strings.Builder
		code = Main(t.Context(), args, Terminal{In: strings.NewReader(in), Out: &o, Err: &e, Environ: []string{
			"CARTOGRAPH_DATA_DIR=" + dir, "CARTOGRAPH_SQLITE_SYNC=normal",
		}, Version: "test"})
		return o.String(), e.String(), code
	}
	out, trouble, code := run("", "shop", "create", "--name", "S", "--platform", "generic", "--domain", "s.example", "--currency", "EUR",
		"--timezone", "UTC", "--country", "FR", "--json")
	if code != 0 {
		t.Fatal(trouble)
	}
	id := strings.Split(out, `"`)[3]
	file := filepath.Join(dir, "password")
	must(t, os.WriteFile(file, []byte(password+"\r\n"), 0o600))
	for _, step := range []struct {
		in, says string
		code     int
		args     []string
	}{
		{"", "no password was given", exitUsage, []string{"user", "password", "--email", email}},
		{password + "\n", "Sign in with the address and the password", 0, []string{"user", "create", "--email", email, "--shop", id, "--role", "viewer", "--password-stdin"}},
		{"", "viewer  by password ada@example.com", 0, []string{"user", "list", "--shop", id}},
		{"", "The password is set", 0, []string{"user", "password", "--email", email, "--password-file", file}},
		{"short\n", "5 characters", exitFailed, []string{"user", "password", "--email", email, "--password-stdin"}},
		{"", "cannot read the password file", exitUsage, []string{"user", "password", "--email", email, "--password-file", file + "x"}},
		{"", "no role", exitFailed, []string{"user", "create", "--email", email, "--shop", id, "--role", "root"}},
		{"", "/sign-in/", 0, []string{"user", "create", "--email", email, "--shop", id}},
		{"", "no scope", exitFailed, []string{"key", "create", "--shop", id, "--name", "x", "--scopes", "root"}},
		{"", "scopes   events:write", 0, []string{"key", "create", "--shop", id, "--name", "plugin"}},
		{"", "[events:write, read, write, admin]", 0, []string{"key", "list", "--shop", id}},
		{"", "no working API key", exitFailed, []string{"key", "revoke", "--shop", id, "nothing"}},
		{"", "no previous secret key", exitUsage, []string{"reseal"}},
		{"", "", 0, []string{"user", "remove", "--email", email, "--shop", id}},
	} {
		out, trouble, code := run(step.in, step.args...)
		if code != step.code || !strings.Contains(out+trouble, step.says) {
			t.Errorf("%v: exit %d, want %d with %q\n%s%s", step.args, code, step.code, step.says, out, trouble)
		}
		if strings.Contains(out+trouble, password) {
			t.Errorf("%v repeats the password", step.args)
		}
	}
}
