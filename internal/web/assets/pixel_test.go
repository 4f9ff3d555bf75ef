package assets

import (
	"bytes"
	"compress/gzip"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The committed script is what `make assets` makes of its source: a file beside
// it names the hashes of both.
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

// Where the bundler is there, the script is made again and compared.
func TestPixelIsMadeOfItsSource(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if _, missing := os.Stat("vendored/node_modules/esbuild"); err != nil || missing != nil {
		t.Skip("node or the bundler is not here; make assets brings it")
	}
	cmd := exec.CommandContext(t.Context(), node, "pixel.mjs", "--print")
	cmd.Dir = "vendored"
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	made, err := File("pixel.js")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out, made) {
		t.Error("pixel/pixel.js makes another script than the committed one; run make assets")
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
