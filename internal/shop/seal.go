package shop

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Sealer encrypts what a shop keeps secret: AES-256-GCM, bound to shop and
// name so that a sealed value cannot be moved to another row.
type Sealer struct {
	aead cipher.AEAD
	root []byte
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

// Derive gives a secret of its own for a purpose ("links", "sandbox").
func (s *Sealer) Derive(purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, s.root, nil, "cartograph "+purpose, 32)
}

// Seal encrypts a value of a shop.
func (s *Sealer) Seal(shopID, name, value string) []byte {
	return append([]byte{sealVersion}, s.aead.Seal(nil, nil, []byte(value), bound(shopID, name))...)
}

// Open decrypts it. A value sealed under another key is fault.Misconfigured.
func (s *Sealer) Open(shopID, name string, sealed []byte) (string, error) {
	if len(sealed) < 1 || sealed[0] != sealVersion {
		return "", fault.New(fault.Internal, "the sealed %s has an unknown form", name)
	}
	b, err := s.aead.Open(nil, nil, sealed[1:], bound(shopID, name))
	if err != nil {
		return "", fault.Wrap(fault.Misconfigured, err, "%s of shop %s was sealed with another secret key", name, shopID).
			Try("start with the CARTOGRAPH_SECRET_KEY (or the data directory's secret.key) it was stored under")
	}
	return string(b), nil
}

func bound(shopID, name string) []byte { return []byte(shopID + "\x00" + name) }
