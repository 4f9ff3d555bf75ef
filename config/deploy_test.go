package config

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// compose is what this test needs of docker-compose.yml.
type compose struct {
	Services map[string]struct {
		Image       string
		Command     []string
		Environment map[string]string
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	}
	Volumes map[string]any
}

func readCompose(t *testing.T) compose {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var c compose
	if err := yaml.Unmarshal(content, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// defaulted is Compose's ${NAME:-value} and ${NAME:?message}.
var defaulted = regexp.MustCompile(`\$\{[A-Z_]+:(-[^}]*|\?[^}]*)\}`)

// TestComposeServicesStart loads the configuration as each service would
// get it from a minimal .env.
func TestComposeServicesStart(t *testing.T) {
	t.Parallel()
	c := readCompose(t)
	for _, name := range []string{"migrate", "web", "worker"} {
		service, ok := c.Services[name]
		if !ok {
			t.Fatalf("there is no service %s", name)
		}
		var environ []string
		for variable, value := range service.Environment {
			value = defaulted.ReplaceAllStringFunc(value, func(use string) string {
				if _, fallback, ok := strings.Cut(use, ":-"); ok {
					return strings.TrimSuffix(fallback, "}")
				}
				return key()
			})
			environ = append(environ, variable+"="+value)
		}
		got, err := Load(Source{Environ: environ})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got.Database.Embedded() || got.Queue.Embedded() {
			t.Errorf("%s would use an embedded engine that the others cannot see", name)
		}
		if service.DependsOn["postgres"].Condition != "service_healthy" {
			t.Errorf("%s does not wait for postgres", name)
		}
		if name != "migrate" && service.DependsOn["migrate"].Condition != "service_completed_successfully" {
			t.Errorf("%s does not wait for the migrations", name)
		}
	}
}

func TestComposeRedisNeverEvicts(t *testing.T) {
	t.Parallel()
	command := readCompose(t).Services["redis"].Command
	at := slices.Index(command, "--maxmemory-policy")
	if at < 0 || at+1 >= len(command) || command[at+1] != "noeviction" {
		t.Errorf("redis runs as %q, which may drop alarms", command)
	}
}

// TestDeploymentNamesKnownVariables reads every file in which an operator
// could learn a variable's name.
func TestDeploymentNamesKnownVariables(t *testing.T) {
	t.Parallel()
	known := map[string]bool{
		configVariable: true,
		// Set for the tests by the checks, never by operators.
		prefix + "REQUIRE_ENGINES": true, prefix + "REQUIRE_BROWSER": true,
	}
	for _, o := range new(Config).options() {
		known[o.env], known[o.env+fileSuffix] = true, true
	}
	var files []string
	for _, pattern := range []string{"Dockerfile", "docker-compose.yml", "*.md", "docs/*.md"} {
		found, err := filepath.Glob(filepath.Join("..", pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 2 {
		t.Fatalf("Dockerfile and docker-compose.yml are not among %q", files)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(prefix+`[A-Z][A-Z_]*[A-Z]`).FindAllString(string(content), -1) {
			if !known[name] {
				t.Errorf("%s names %s, which is no option", filepath.Base(file), name)
			}
		}
	}
}
