package assets

import (
	"bytes"
	"compress/gzip"
	"os"
	"strings"
	"testing"
)

// The committed script is what `make assets` makes of its source: a file beside
// it names the hashes of both. CI makes it again and compares.
func TestPixelIsWhatWasBuilt(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("pixel/pixel.js")
	if err != nil {
		t.Fatal(err)
	}
	said, err := os.ReadFile("pixel/made.txt")
	if err != nil {
		t.Fatal(err)
	}
	made, err := File("pixel.js")
	if err != nil {
		t.Fatal(err)
	}
	if want := "made of " + hash(string(source)) + "\nholding " + hash(string(made)) + "\n"; string(said) != want {
		t.Errorf("run make assets: made.txt says\n%sand should\n%s", said, want)
	}
}

// Packed it stays under 3,000 bytes, and it asks for nothing that a strict policy forbids.
func TestPixelIsSmallAndPlain(t *testing.T) {
	t.Parallel()
	made, err := File("pixel.js")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(made); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if b.Len() >= 3000 {
		t.Errorf("it is %d bytes packed", b.Len())
	}
	for _, bad := range []string{"import(", "document.cookie=", "cookie=", "createElement", ".style", "eval", "sessionStorage"} {
		if strings.Contains(string(made), bad) {
			t.Errorf("it has %s", bad)
		}
	}
}
