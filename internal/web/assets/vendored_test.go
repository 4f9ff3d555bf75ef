package assets

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// The committed bundle is what `make assets` makes of the pinned packages: it
// names the hash of what it was made of and of what it holds.
func TestBundleIsWhatWasBuilt(t *testing.T) {
	t.Parallel()
	bundle, err := files.ReadFile("files/vendor-codemirror.js")
	if err != nil {
		t.Fatal(err)
	}
	said := func(what string) string {
		_, after, found := strings.Cut(string(bundle), "\n// "+what+" ")
		if !found {
			t.Fatalf("the bundle does not say what it is %s", what)
		}
		hash, _, _ := strings.Cut(after, "\n")
		return hash
	}
	var inputs []string
	for _, name := range []string{"package.json", "package-lock.json", "codemirror.js", "build.mjs"} {
		text, err := os.ReadFile("vendored/" + name)
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, string(text))
	}
	if got := hash(strings.Join(inputs, "\x00")); got != said("made of") {
		t.Error("what the bundle is made of has changed since; run make assets")
	}
	_, code, _ := strings.Cut(string(bundle), "\n// holding "+said("holding")+"\n")
	if hash(code) != said("holding") {
		t.Error("the bundle was changed by hand; run make assets")
	}
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// Every package in the bundle has its licence beside it.
func TestBundleHasItsLicences(t *testing.T) {
	t.Parallel()
	bundle, err := files.ReadFile("files/vendor-codemirror.js")
	if err != nil {
		t.Fatal(err)
	}
	licences, err := files.ReadFile("files/vendor-codemirror.txt")
	if err != nil {
		t.Fatal(err)
	}
	list := strings.Split(string(bundle), "\n")[1]
	for name := range strings.SplitSeq(strings.TrimPrefix(list, "// "), ", ") {
		if !strings.Contains(string(licences), "\n"+name+", MIT\n") {
			t.Errorf("%s has no licence beside it", name)
		}
	}
}

// No script of ours reads words as HTML or asks for what the policy forbids.
func TestScriptsWriteNoHTML(t *testing.T) {
	t.Parallel()
	all, err := files.ReadDir("files")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if !strings.HasSuffix(f.Name(), ".js") || strings.HasPrefix(f.Name(), "vendor-") {
			continue
		}
		text, err := files.ReadFile("files/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"} {
			if strings.Contains(string(text), bad) {
				t.Errorf("%s has %s", f.Name(), bad)
			}
		}
	}
}
