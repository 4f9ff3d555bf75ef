package access

import (
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// The lengths of a password in characters (ASVS 5.0 6.2.1 asks for 8 and
// recommends 15; 6.2.9 for at least 64 permitted). The upper bound keeps a
// request from hashing megabytes.
const (
	minPassword = 12
	maxPassword = 256
)

// common are words and whole passwords that guessers try first, one a line.
//
//go:embed common.txt
var common string

// CheckPassword says what is wrong with a new password: too short, too long,
// or among the first that a guesser tries. email is its user's.
func CheckPassword(password, email string) error {
	refuse := func(format string, args ...any) error {
		return fault.New(fault.Unprocessable, format, args...).In("password").
			Try("choose at least 12 characters that nobody would guess: four random words will do")
	}
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return refuse("the password is not valid UTF-8")
	case n < minPassword:
		return refuse("the password has %d characters, %d are needed", n, minPassword)
	case n > maxPassword:
		return refuse("the password has %d characters, %d are the most", n, maxPassword)
	case wellKnown(password):
		return refuse("the password is among those that are guessed first")
	case resembles(password, email):
		return refuse("the password is made of the email address")
	}
	return nil
}

// wellKnown reports whether a password, or what is left of it without the
// digits and signs around it, is on the list, or repeats a short piece.
func wellKnown(password string) bool {
	lower := strings.ToLower(password)
	core := strings.TrimFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
	for line := range strings.Lines(common) {
		if word := strings.TrimSpace(line); word == lower || word == core || word == plainLetters.Replace(core) {
			return true
		}
	}
	return repeats(lower)
}

// plainLetters undoes the replacements that guessers undo too.
var plainLetters = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// repeats reports whether a text is one piece of up to four characters over and over.
func repeats(s string) bool {
	r := []rune(s)
	for piece := 1; piece <= 4; piece++ {
		same := true
		for i := piece; i < len(r); i++ {
			same = same && r[i] == r[i-piece]
		}
		if same {
			return true
		}
	}
	return false
}

// resembles reports whether a password is the user's address or its name with
// digits and signs around it.
func resembles(password, email string) bool {
	lower, email := strings.ToLower(password), strings.ToLower(email)
	name, _, _ := strings.Cut(email, "@")
	core := strings.TrimFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
	return email != "" && (lower == email || lower == name || core == name)
}

// Cost is what one hash takes.
type Cost struct {
	// Memory is in KiB, Passes over it, Lanes side by side.
	Memory uint32
	Passes uint32
	Lanes  uint8
}

// StandardCost is argon2id with 19 MiB and two passes: what the OWASP Password
// Storage Cheat Sheet names as its first choice that fits a small machine.
func StandardCost() Cost { return Cost{Memory: 19 * 1024, Passes: 2, Lanes: 1} }

// The sizes of salt and hash in bytes.
const (
	SaltSize = 16
	hashSize = 32
)

// Hash makes the stored form of a password, a PHC string
// ("$argon2id$v=19$m=19456,t=2,p=1$salt$hash"). salt is SaltSize random bytes.
func (c Cost) Hash(password string, salt []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Lanes,
		phc.EncodeToString(salt), phc.EncodeToString(c.sum(password, salt, hashSize)))
}

// phc is the encoding of the parts of a PHC string.
var phc = base64.RawStdEncoding.Strict()

// sum hashes the password's composed form: keyboards differ in how they write é.
func (c Cost) sum(password string, salt []byte, size uint32) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.Passes, c.Memory, c.Lanes, size)
}

// Verify reports whether a password is the one stored, and whether it should be
// stored again because costs have changed. A stored form that cannot be read
// matches nothing. The comparison takes the same time wherever it fails.
func (c Cost) Verify(password, stored string) (ok, again bool) {
	cost, salt, want, err := readPHC(stored)
	if err != nil {
		return false, false
	}
	got := cost.sum(password, salt, uint32(len(want))) // #nosec G115 -- readPHC bounds the length
	return subtle.ConstantTimeCompare(got, want) == 1, cost != c || len(want) != hashSize || len(salt) != SaltSize
}

// The most that a stored form may ask for: it comes from our own database, and
// still must not be able to take the machine down.
const (
	mostMemory = 1 << 20 // KiB: 1 GiB
	mostPasses = 64
)

// readPHC takes a stored form apart.
func readPHC(stored string) (c Cost, salt, hash []byte, err error) {
	bad := func(what string) (Cost, []byte, []byte, error) {
		return Cost{}, nil, nil, fault.New(fault.Internal, "the stored password has %s", what)
	}
	part := strings.Split(stored, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return bad("an unknown form")
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Lanes); err != nil ||
		part[3] != fmt.Sprintf("m=%d,t=%d,p=%d", c.Memory, c.Passes, c.Lanes) {
		return bad("unknown costs")
	}
	if c.Passes < 1 || c.Passes > mostPasses || c.Lanes < 1 || c.Memory < 8*uint32(c.Lanes) || c.Memory > mostMemory {
		return bad("costs out of range")
	}
	salt, err1 := phc.DecodeString(part[4])
	hash, err2 := phc.DecodeString(part[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(salt) > 64 || len(hash) < 16 || len(hash) > 64 {
		return bad("no salt or hash of a known size")
	}
	return c, salt, hash, nil
}
