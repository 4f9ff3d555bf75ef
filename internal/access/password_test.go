package access_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// cheap keeps tests fast; the form is the same.
var cheap = access.Cost{Memory: 64, Passes: 1, Lanes: 1}

func TestNewPasswords(t *testing.T) {
	t.Parallel()
	for password, refused := range map[string]string{
		"short":                        "5 characters",
		"elevenchars":                  "11 characters",
		strings.Repeat("long ", 60):    "300 characters",
		"Password1234":                 "guessed first",
		"!!P@ssw0rd2026":               "guessed first",
		"QwertyUiop123":                "guessed first",
		"123456789012":                 "guessed first",
		"abcabcabcabcabc":              "guessed first",
		"aaaaaaaaaaaaaaaa":             "guessed first",
		"correct horse battery staple": "guessed first",
		"ada.lovelace1815":             "email address",
		"Ada.Lovelace@example.com":     "email address",
		"ab\xffcdefghijklmn":           "UTF-8",
		"plover-kettle-9-tundra":       "",
		"Überraschung am Bahnhof":      "",
		"パスワードではない言葉です":                "",
		"ada likes 12 analytical":      "",
	} {
		err := access.CheckPassword(password, "ada.lovelace@example.com")
		switch {
		case refused == "" && err != nil:
			t.Errorf("%q: %v", password, err)
		case refused != "" && (!fault.Is(err, fault.Unprocessable) || !strings.Contains(err.Error(), refused)):
			t.Errorf("%q: got %v, want a refusal with %q", password, err, refused)
		case err != nil && strings.Contains(err.Error(), password):
			t.Errorf("%q: the refusal repeats the password", password)
		}
	}
}

func TestHashIsAPHCStringOfStandardCost(t *testing.T) {
	t.Parallel()
	c := access.StandardCost()
	if c.Memory < 19*1024 || c.Passes < 2 || c.Lanes < 1 {
		t.Fatalf("the cost %+v is below what OWASP asks for", c)
	}
	stored := c.Hash("plover-kettle", bytes.Repeat([]byte{7}, access.SaltSize))
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$") {
		t.Errorf("stored as %s", stored)
	}
	if ok, again := c.Verify("plover-kettle", stored); !ok || again {
		t.Errorf("its own password: %v, again %v", ok, again)
	}
	if ok, _ := c.Verify("plover-kettlE", stored); ok {
		t.Error("another password matches")
	}
}

// The reference implementation's own vector (phc-winner-argon2, test.c, argon2id
// version 0x13: t=2, m=256 KiB, p=1, "password", "somesalt").
func TestVerifyKnowsTheReferenceVector(t *testing.T) {
	t.Parallel()
	const stored = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	ok, again := access.StandardCost().Verify("password", stored)
	if !ok || !again {
		t.Errorf("verified %v, to be stored again %v", ok, again)
	}
}

// é may be typed as one character or as two.
func TestVerifyComposes(t *testing.T) {
	t.Parallel()
	stored := cheap.Hash("caf\u00e9 au lait", make([]byte, access.SaltSize))
	if ok, _ := cheap.Verify("cafe\u0301 au lait", stored); !ok {
		t.Error("the decomposed form does not match")
	}
}

func TestVerifyRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	good := cheap.Hash("x", make([]byte, access.SaltSize))
	for _, stored := range []string{
		"", "plain", "$argon2i" + good[len("$argon2id"):], strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=4294967295", 1), strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "p=1", "p=0", 1),
		strings.Replace(good, "m=64", "m=064", 1), strings.Replace(good, "p=1", "p=1,x=2", 1), good + "$", good + "=", good[:len(good)-30],
	} {
		if ok, again := cheap.Verify("x", stored); ok || again {
			t.Errorf("%q matches", stored)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("x", cheap.Hash("x", make([]byte, access.SaltSize)))
	f.Add("", "$argon2id$v=19$m=8,t=1,p=1$$")
	f.Add("x", "$argon2id$v=19$m=99999999,t=99,p=9$AAAAAAAAAAA$AAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, password, stored string) {
		if len(stored) > 0 && strings.Contains(stored, "m=") && !strings.Contains(stored, "m=64,t=1,p=1") {
			return // costs of its own would make this slow, and are bounded by the test above
		}
		if ok, _ := cheap.Verify(password, stored); ok && !strings.HasPrefix(stored, "$argon2id$v=19$") {
			t.Errorf("%q matches", stored)
		}
	})
}

func TestHasher(t *testing.T) {
	t.Parallel()
	h := access.NewHasher(cheap, 2, rand.Reader)
	a, err1 := h.Hash(t.Context(), "plover-kettle")
	b, err2 := h.Hash(t.Context(), "plover-kettle")
	if err1 != nil || err2 != nil || a == b {
		t.Fatalf("hashed to %s and %s (%v, %v)", a, b, err1, err2)
	}
	old := access.Cost{Memory: 32, Passes: 1, Lanes: 1}.Hash("plover-kettle", make([]byte, access.SaltSize))
	for what, c := range map[string]struct {
		password, stored string
		ok, again        bool
	}{
		"right":                      {"plover-kettle", a, true, false},
		"wrong":                      {"plover", a, false, false},
		"right, at former costs":     {"plover-kettle", old, true, true},
		"wrong, at former costs":     {"plover", old, false, false},
		"unknown account":            {"plover-kettle", "", false, false},
		"unknown account, no pass":   {"", "", false, false},
		"a megabyte":                 {strings.Repeat("x", 1<<20), a, false, false},
		"a stored form nobody reads": {"plover-kettle", "?", false, false},
	} {
		ok, again, err := h.Verify(t.Context(), c.password, c.stored)
		if err != nil || ok != c.ok || again != c.again {
			t.Errorf("%s: %v, again %v, %v", what, ok, again, err)
		}
	}
}

// A flood is bounded: so many hash, so many wait, the rest are told to come later.
func TestHasherIsBounded(t *testing.T) {
	t.Parallel()
	h := access.NewHasher(access.Cost{Memory: 8 << 10, Passes: 1, Lanes: 1}, 1, rand.Reader)
	var refused, done atomic.Int32
	var wg sync.WaitGroup
	for range 400 {
		wg.Go(func() {
			switch _, _, err := h.Verify(context.Background(), "x", ""); {
			case fault.Is(err, fault.Overloaded):
				refused.Add(1)
			case err == nil:
				done.Add(1)
			}
		})
	}
	wg.Wait()
	if refused.Load()+done.Load() != 400 || done.Load() < 65 {
		t.Errorf("%d refused, %d done", refused.Load(), done.Load())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := h.Verify(ctx, "x", ""); err != nil && !fault.Is(err, fault.Overloaded) {
		t.Errorf("a caller who has gone: %v", err)
	}
}
