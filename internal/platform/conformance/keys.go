package conformance

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"math/rand/v2"
)

// RSAKeys gives a private and a public key as PEM, for platforms that sign with
// one: the same for the same seed, so that a story can be told again. They are
// as long as real ones, and worth nothing: anybody can make them.
func RSAKeys(seed byte) (signing, verifying string) {
	r := rand.New(rand.NewPCG(uint64(seed), 0x6b6579)) // #nosec G404 -- it has to be the same each time
	one, e := big.NewInt(1), big.NewInt(65537)
	for {
		p, q := prime(r), prime(r)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		if d == nil || p.Cmp(q) == 0 {
			continue
		}
		key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537}, D: d, Primes: []*big.Int{p, q}}
		key.Precompute()
		private, err := x509.MarshalPKCS8PrivateKey(key)
		public, err2 := x509.MarshalPKIXPublicKey(&key.PublicKey)
		if err != nil || err2 != nil {
			continue
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
			string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
	}
}

// prime gives one of 1,024 bits, its two highest set.
func prime(r *rand.Rand) *big.Int {
	b := make([]byte, 128)
	for i := range b {
		b[i] = byte(r.UintN(256)) // #nosec G115 -- it fits
	}
	b[0] |= 0xc0
	b[127] |= 1
	n := new(big.Int).SetBytes(b)
	for !n.ProbablyPrime(20) {
		n.Add(n, big.NewInt(2))
	}
	return n
}
