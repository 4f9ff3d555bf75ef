package shop

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Sealer encrypts what a shop keeps secret: AES-256-GCM, bound to shop and
// name so that a sealed value cannot be moved to another row.
type Sealer struct {
	aead cipher.AEAD
	root []byte
	// former opens what was sealed before the key was changed; nil for none.
	former *Sealer
}

// sealVersion leads every sealed value, for keys and algorithms to come.
const sealVersion = 1

// NewSealer derives a sealer from the installation's secret key (32 or more characters).
func NewSealer(secretKey string) (*Sealer, error) {
	if len(secretKey) < 32 {
		return nil, fault.New(fault.Misconfigured, "the secret key has %d characters", len(secretKey)).
			In("CARTOGRAPH_SECRET_KEY").Try("give it at least 32 random ones: openssl rand -hex 32")
	}
	root := []byte(secretKey)
	key, err := hkdf.Key(sha256.New, root, nil, "cartograph seal", 32)
	if err != nil {
		return nil, fmt.Errorf("shop: derive seal key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("shop: seal key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("shop: seal key: %w", err)
	}
	return &Sealer{aead: aead, root: root}, nil
}

// WithFormer gives a sealer that also opens what was sealed under another key:
// while an installation's key is changed, both are in use.
func (s *Sealer) WithFormer(secretKey string) (*Sealer, error) {
	former, err := NewSealer(secretKey)
	if err != nil {
		return nil, fault.Wrap(fault.Misconfigured, err, "the previous secret key cannot be used").In("CARTOGRAPH_SECRET_KEY_PREVIOUS").
			Try("give the whole key that was used before, or unset it")
	}
	return &Sealer{aead: s.aead, root: s.root, former: former}, nil
}

// Fingerprint names the key without telling it, so that a database remembers
// which one it is sealed with.
func (s *Sealer) Fingerprint() (string, error) {
	mark, err := s.Derive("fingerprint")
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(mark[:8]), nil
}

// Former is the sealer of the previous key, nil if there is none.
func (s *Sealer) Former() *Sealer { return s.former }

// Derive gives a secret of its own for a purpose ("links", "sandbox").
func (s *Sealer) Derive(purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, s.root, nil, "cartograph "+purpose, 32)
}

// Seal encrypts a value of a shop.
func (s *Sealer) Seal(shopID, name, value string) []byte {
	return append([]byte{sealVersion}, s.aead.Seal(nil, nil, []byte(value), bound(shopID, name))...) // #nosec G407 -- NewGCMWithRandomNonce makes a nonce for each call and puts it first
}

// Stale reports whether a sealed value opens under the previous key only.
func (s *Sealer) Stale(shopID, name string, sealed []byte) bool {
	if s.former == nil {
		return false
	}
	current := Sealer{aead: s.aead, root: s.root}
	if _, err := current.Open(shopID, name, sealed); err == nil {
		return false
	}
	_, err := s.former.Open(shopID, name, sealed)
	return err == nil
}

// Open decrypts it, under the previous key where the current one does not fit.
// A value sealed under neither is fault.Misconfigured.
func (s *Sealer) Open(shopID, name string, sealed []byte) (string, error) {
	if len(sealed) < 1 || sealed[0] != sealVersion {
		return "", fault.New(fault.Internal, "the sealed %s has an unknown form", name)
	}
	b, err := s.aead.Open(nil, nil, sealed[1:], bound(shopID, name))
	if err != nil && s.former != nil {
		return s.former.Open(shopID, name, sealed)
	}
	if err != nil {
		return "", fault.Wrap(fault.Misconfigured, err, "%s of shop %s was sealed with another secret key", name, shopID).
			Try("start with the CARTOGRAPH_SECRET_KEY (or the data directory's secret.key) it was stored under, or name that key in CARTOGRAPH_SECRET_KEY_PREVIOUS")
	}
	return string(b), nil
}

func bound(shopID, name string) []byte { return []byte(shopID + "\x00" + name) }
