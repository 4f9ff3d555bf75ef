package pixel

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
)

// script is /pixel.js as it is served.
type script struct {
	plain, zipped []byte
	// tag is its version.
	tag string
}

// newScript packs the script once.
func newScript(body []byte) (script, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return script{}, err
	}
	if _, err := w.Write(body); err != nil {
		return script{}, err
	}
	if err := w.Close(); err != nil {
		return script{}, err
	}
	sum := sha256.Sum256(body)
	// Weak: packed and unpacked are the same script.
	return script{plain: body, zipped: b.Bytes(), tag: `W/"` + hex.EncodeToString(sum[:8]) + `"`}, nil
}
