package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

func TestNothingSetRuns(t *testing.T) {
	t.Parallel()
	got, err := Load(Source{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.HTTP.PublicURL = "http://127.0.0.1:8080"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if warnings := got.Warnings(); len(warnings) > 0 {
		t.Errorf("the defaults warn: %s", warnings.List())
	}
}

func TestExampleFileIsTheDefaults(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("cartograph.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got Config
	if problems := got.readYAML("example", content); len(problems) > 0 {
		t.Fatal(problems.List())
	}
	if diff := cmp.Diff(Default(), got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("cartograph.example.yaml differs from Default (-Default +file):\n%s", diff)
	}
	for _, o := range got.options() {
		if !strings.Contains(string(content), "\n"+o.name+": ") {
			t.Errorf("cartograph.example.yaml does not show %s", o.name)
		}
	}
}

// TestEveryOptionEveryWay sets each option by file, environment, secret file
// and flag, so that a new option cannot miss one of them.
func TestEveryOptionEveryWay(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for i, o := range new(Config).options() {
		if o.env != prefix+strings.ToUpper(o.name) || o.name == "" || seen[o.name] {
			t.Errorf("%s: yaml %q and env %q must be one unique name", o.goName, o.name, o.env)
		}
		seen[o.name] = true
		want, text := sample(t, o)
		dir := t.TempDir()
		file := write(t, dir, "o.yaml", o.name+": "+text+"\n")
		secret := write(t, dir, "secret", text+"\n")
		for way, src := range map[string]Source{
			"file":        {File: file},
			"environment": {Environ: []string{o.env + "=" + text}},
			"secret file": {Environ: []string{o.env + "_FILE=" + secret}},
			"flag":        {Flags: map[string]string{strings.ReplaceAll(o.name, "_", "-"): text}},
		} {
			got, _ := Load(src) // problems with other options are another test's matter
			if diff := cmp.Diff(want, got.options()[i].field.Interface()); diff != "" {
				t.Errorf("%s by %s (-want +got):\n%s", o.name, way, diff)
			}
		}
	}
}

// sample gives a value that is not the option's default, and its text.
func sample(t *testing.T, o option) (want any, text string) {
	t.Helper()
	switch o.field.Interface().(type) {
	case string:
		return "sample", "sample"
	case int:
		return 7, "7"
	case int64:
		return int64(4711), "4711"
	case time.Duration:
		return 11 * time.Second, "11s"
	case []string:
		return []string{"sample"}, "sample"
	}
	t.Fatalf("%s has the type %s; teach this test, form and texts about it", o.name, o.field.Type())
	return nil, ""
}

func TestLaterSourceWins(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "cartograph.yaml", "listen: 127.0.0.1:1\nhorizon: 2h\nworkers: 3\n")
	got, err := Load(Source{
		Dir:     dir,
		Environ: []string{"CARTOGRAPH_LISTEN=127.0.0.1:2", "CARTOGRAPH_HORIZON=3h", "CARTOGRAPH_WORKERS=", "HOME=/x"},
		Flags:   map[string]string{"listen": "127.0.0.1:3", "horizon": ""},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.HTTP.Listen != "127.0.0.1:3" || got.Queue.Horizon != 3*time.Hour || got.Queue.Workers != 3 {
		t.Errorf("want flag, environment and file to win in turn, got %s", got)
	}
}

func TestFileIsNamedByFlagOrEnvironment(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "cartograph.yaml", "workers: 1")
	byFlag := write(t, dir, "flag.yaml", "workers: 2")
	environ := []string{"CARTOGRAPH_CONFIG=" + write(t, dir, "env.yaml", "workers: 3")}
	for want, src := range map[int]Source{
		1: {Dir: dir},
		2: {Dir: dir, File: byFlag, Environ: environ},
		3: {Dir: dir, Environ: environ},
	} {
		if got, err := Load(src); err != nil || got.Queue.Workers != want {
			t.Errorf("workers = %d, %v; want %d", got.Queue.Workers, err, want)
		}
	}
}

// TestUnreadableInput gives one mistake each and wants its place and its remedy.
func TestUnreadableInput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty := write(t, dir, "empty", "\n")
	full := write(t, dir, "full", "value")
	tests := map[string]struct {
		yaml    string
		environ []string
		flags   map[string]string
		want    []string
	}{
		"misspelt key":       {yaml: "# a comment\nlisten: :80\npublik_url: x\n", want: []string{"c.yaml:3:1", `"publik_url"`, "did you mean public_url?"}},
		"unknown key":        {yaml: "colour: red", want: []string{"c.yaml:1:1", `"colour"`, "cartograph.example.yaml"}},
		"wrong type":         {yaml: "workers: many", want: []string{"c.yaml:1:1", "workers", "a whole number"}},
		"wrong duration":     {yaml: "horizon: soon", want: []string{"c.yaml:1:1", "horizon", "a duration such as"}},
		"list for a text":    {yaml: "listen: [a, b]", want: []string{"c.yaml:1:1", "listen", "a text"}},
		"repeated key":       {yaml: "listen: :1\nlisten: :2", want: []string{"c.yaml", "2:1"}},
		"broken yaml":        {yaml: "listen: [", want: []string{"c.yaml", "mend the YAML"}},
		"not options":        {yaml: "- listen", want: []string{"c.yaml", "does not hold options"}},
		"misspelt variable":  {environ: []string{"CARTOGRAPH_DATABSE_URL=x"}, want: []string{"CARTOGRAPH_DATABSE_URL", "did you mean CARTOGRAPH_DATABASE_URL?"}},
		"wrong variable":     {environ: []string{"CARTOGRAPH_WORKERS=many"}, want: []string{"workers (CARTOGRAPH_WORKERS)", "a whole number"}},
		"secret file absent": {environ: []string{"CARTOGRAPH_SECRET_KEY_FILE=" + dir + "/none"}, want: []string{"CARTOGRAPH_SECRET_KEY_FILE", "cannot be read"}},
		"secret file empty":  {environ: []string{"CARTOGRAPH_SECRET_KEY_FILE=" + empty}, want: []string{"CARTOGRAPH_SECRET_KEY_FILE", "is empty"}},
		"secret twice": {environ: []string{"CARTOGRAPH_TWILIO_FROM_FILE=" + full, "CARTOGRAPH_TWILIO_FROM=+15550001"},
			want: []string{"twilio_from", "set twice"}},
		"unknown flag": {flags: map[string]string{"colour": "red"}, want: []string{"--colour"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := Source{Environ: tt.environ, Flags: tt.flags}
			if tt.yaml != "" {
				src.File = write(t, t.TempDir(), "c.yaml", tt.yaml)
			}
			_, err := Load(src)
			problems := ProblemsOf(err)
			if !fault.Is(err, fault.Misconfigured) || len(problems) != 1 {
				t.Fatalf("want one problem in a fault.Misconfigured, got %v", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(problems[0].String(), want) {
					t.Errorf("%q does not say %q", problems[0], want)
				}
			}
		})
	}
}

func TestNamedFileMustExist(t *testing.T) {
	t.Parallel()
	_, err := Load(Source{File: filepath.Join(t.TempDir(), "none.yaml")})
	if !fault.Is(err, fault.Misconfigured) {
		t.Errorf("want fault.Misconfigured, got %v", err)
	}
}

func TestForeignVariablesAreLeftAlone(t *testing.T) {
	t.Parallel()
	_, err := Load(Source{Environ: []string{
		"CARTOGRAPH_SERVICE_HOST=10.0.0.1", "CARTOGRAPH_PORT_8080_TCP=tcp://10.0.0.1:8080", "CARTOGRAPH_REQUIRE_ENGINES=1",
	}})
	if err != nil {
		t.Errorf("variables that a container platform sets stop the start: %v", err)
	}
}

// TestFileErrorsShowNoSecrets: an excerpt of the file would show its neighbours.
func TestFileErrorsShowNoSecrets(t *testing.T) {
	t.Parallel()
	for _, mistake := range []string{"publik_url: x", "workers: many", "listen: [", "a: b: c"} {
		yaml := "sendgrid_api_key: SG.hush\n" + mistake + "\nmessenger_page_token: hush\n"
		_, err := Load(Source{File: write(t, t.TempDir(), "c.yaml", yaml)})
		if err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: want an error without the secret, got %v", mistake, err)
		}
	}
}

func TestNumbersAreTextInTextOptions(t *testing.T) {
	t.Parallel()
	var c Config
	c.readYAML("c.yaml", []byte("messenger_page_id: 102938475610293847\ntwilio_from: +15550001111\n"))
	if c.Messenger.PageID != "102938475610293847" || c.Twilio.From != "+15550001111" {
		t.Errorf("got page %q and sender %q", c.Messenger.PageID, c.Twilio.From)
	}
}

func TestPublicURLFollowsListen(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080",
		":9000":          "http://127.0.0.1:9000",
		"0.0.0.0:80":     "http://127.0.0.1:80",
		"[::]:80":        "http://127.0.0.1:80",
		"[::1]:80":       "http://[::1]:80",
		"shop.test:80":   "http://shop.test:80",
		"127.0.0.1:0":    "",
		"nonsense":       "",
	} {
		if got := PublicURLFor(listen); got != want {
			t.Errorf("PublicURLFor(%q) = %q, want %q", listen, got, want)
		}
	}
}

func TestAddressesLoseTheirTrailingSlash(t *testing.T) {
	t.Parallel()
	got, err := Load(Source{Environ: []string{"CARTOGRAPH_PUBLIC_URL=https://a.test/x/", "CARTOGRAPH_TWILIO_BASE_URL=http://b.test/"}})
	if err != nil || got.HTTP.PublicURL != "https://a.test/x" || got.Twilio.BaseURL != "http://b.test" {
		t.Errorf("got %q and %q, %v", got.HTTP.PublicURL, got.Twilio.BaseURL, err)
	}
}

// FuzzReadYAML: whatever the file holds, the answer is problems, not a panic.
func FuzzReadYAML(f *testing.F) {
	for _, seed := range []string{"", "listen: :80", "workers: [1", "? a\n: b", "<<: *x", "listen: &a :80\npublic_url: *a", "---\n...\n- 1", "1: 2"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		c := Default()
		for _, p := range c.readYAML("fuzz", content) {
			if p.Option == "" || p.What == "" {
				t.Errorf("a problem without place or description: %+v", p)
			}
		}
		if !reflect.DeepEqual(c.Redacted().Redacted(), c.Redacted()) {
			t.Error("redacting twice differs from redacting once")
		}
	})
}

func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestProblemsOfOtherErrors(t *testing.T) {
	t.Parallel()
	if got := ProblemsOf(errors.New("x")); got != nil {
		t.Errorf("got %v", got)
	}
}
