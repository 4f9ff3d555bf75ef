package platformtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// Companion is a companion of ours written in PHP, as its adapter's test holds it.
type Companion struct {
	// Adapter reads what the companion posts, signed with Secret.
	Adapter platform.Adapter
	Secret  string
	// Folder is the companion's. Its tests/run.php prints what it posted, one
	// delivery a line.
	Folder string
	// Recorded is such an output, kept: it is read where PHP is not at hand, too.
	Recorded string
}

// Tells gives the events of what the companion posted: of the recording, and of
// a fresh run where PHP is at hand (CARTOGRAPH_REQUIRE_ENGINES=1 makes it a
// duty). A fresh run also looks for syntax errors in all its files.
func (c Companion) Tells(t *testing.T) map[string][]event.Event {
	t.Helper()
	text, err := os.ReadFile(c.Recorded)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string][]event.Event{"recorded": c.read(t, text)}
	php, err := exec.LookPath("php")
	if err != nil {
		if os.Getenv("CARTOGRAPH_REQUIRE_ENGINES") == "1" {
			t.Fatal("CARTOGRAPH_REQUIRE_ENGINES=1, but php is not on PATH (Debian: apt-get install php-cli)")
		}
		t.Log("php is not on PATH: only the recording was read")
		return told
	}
	lint(t, php, c.Folder)
	var out, trouble bytes.Buffer
	run := exec.CommandContext(t.Context(), php, filepath.Join(c.Folder, "tests", "run.php")) // #nosec G204 -- a test's own file
	run.Stdout, run.Stderr = &out, &trouble
	if err := run.Run(); err != nil {
		t.Fatalf("the companion: %v\n%s%s", err, trouble.String(), out.String())
	}
	told["fresh"] = c.read(t, out.Bytes())
	return told
}

func lint(t *testing.T, php, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".php") && !strings.HasSuffix(path, ".phtml") {
			return err
		}
		if out, err := exec.CommandContext(t.Context(), php, "-l", path).CombinedOutput(); err != nil { // #nosec G204 -- a test's own file
			t.Errorf("%s: %v\n%s", path, err, out)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// read verifies and parses each delivery, and refuses each with another secret.
func (c Companion) read(t *testing.T, text []byte) (events []event.Event) {
	t.Helper()
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var posted struct {
			Headers map[string]string `json:"headers"`
			Body    string            `json:"body"`
		}
		if err := json.Unmarshal(lines.Bytes(), &posted); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		// It was posted some day before this one.
		d := event.Delivery{Header: map[string][]string{}, Body: []byte(posted.Body), ShopID: "shop-1", Domain: "shop.example.com",
			Currency: "EUR", Country: "FR", ReceivedAt: time.Date(2150, 1, 1, 0, 0, 0, 0, time.UTC)}
		for name, value := range posted.Headers {
			d.Header[http.CanonicalHeaderKey(name)] = []string{value}
		}
		if err := c.Adapter.Verify(d, []string{"another", c.Secret}); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		if err := c.Adapter.Verify(d, []string{"another"}); err == nil {
			t.Fatalf("verified without its secret: %s", lines.Text())
		}
		Parses(t, c.Adapter, d)
		es, err := c.Adapter.Parse(d)
		if err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		events = append(events, es...)
	}
	return events
}

// Kinds are the events' kinds, in order.
func Kinds(events []event.Event) (kinds []event.Kind) {
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}
