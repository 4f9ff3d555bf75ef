package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestImportRuleCanFail shows the rule what it must refuse and what it must let pass.
func TestImportRuleCanFail(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from, to string
		says     string // part of the refusal; empty for a right import
	}{
		{"internal/cart", "internal/event", ""},
		{"internal/cart", "internal/persona", "comes after"},
		{"internal/message", "internal/delivery", ""},
		{"internal/delivery", "internal/cart", "event only"},
		{"internal/consent", "internal/shop", "fault, money and the path only"},
		{"internal/cart", "internal/store", "fault, money and the path only"},
		{"internal/cart", "internal/money", ""},
		{"internal/cart", "time", ""},
		{"internal/cart", "net/url", ""},
		{"internal/cart", "net/http", "rules only"},
		{"internal/cart", "net/http/httptrace", "rules only"},
		{"internal/cart", "database/sql", "rules only"},
		{"internal/cart", "math/rand/v2", "rules only"},
		{"internal/persona", "cel.dev/cel-go/cel", ""},
		{"internal/persona", "github.com/hibiken/asynq", "pure libraries"},
		{"internal/persona", module + "extra/lib", "pure libraries"},
		{"internal/message", "templates", "handed in by app"},
		{"internal/fault", "internal/money", "vocabulary"},
		{"internal/money", "internal/fault", ""},
		{"internal/money", "os", "rules only"},
		{"internal/shop", "internal/consent", ""},
		{"internal/shop", "internal/cart", "vocabulary"},
		{"internal/recovery", "internal/journey", ""},
		{"internal/recovery", "internal/shop", ""},
		{"internal/recovery", "internal/store", "small interface"},
		{"internal/recovery", "net/http", "no technology"},
		{"internal/recovery", "database/sql", "only store"},
		{"internal/recovery", "github.com/redis/go-redis/v9", "only queue"},
		{"internal/recovery", "config", "handed in by app"},
		{"internal/store", "internal/recovery", ""},
		{"internal/store", "migrations", ""},
		{"internal/store/storetest", "internal/store", ""},
		{"internal/store", "internal/queue", "never import each other"},
		{"internal/web/hook", "internal/web", ""},
		{"internal/web/hook", "internal/platform/shopify", "never import each other"},
		{"internal/web/hook", "internal/app", "never import each other"},
		{"internal/web", "database/sql", "only store"},
		{"internal/web", "cmd/cartograph", "handed in by app"},
		{"internal/platform/shopify", "internal/platform", ""},
		{"internal/platform/shopify", "internal/platform/wire", ""},
		{"internal/platform/shopify", "internal/platform/generic", "do not know each other"},
		{"internal/platform", "internal/platform/shopify", "do not know each other"},
		{"internal/platform/shopify", "internal/recovery", "never import each other"},
		{"internal/channel/twilio", "internal/channel", ""},
		{"internal/channel/twilio", "internal/channel/sendgrid", "do not know each other"},
		{"internal/channel/twilio", "github.com/twilio/twilio-go/client", ""},
		{"internal/channel/twilio", "github.com/twilio/twilio-go", "a minute to compile"},
		{"internal/queue", "github.com/labstack/echo/v4", "only web"},
		{"internal/playbook", "internal/sequence", ""},
		{"internal/playbook", "internal/store", "never import each other"},
		{"internal/helper", "time", "not in the tables"},
		{"internal/app", "internal/store", ""},
		{"internal/app/demo", "github.com/hibiken/asynq", ""},
		{"internal/application", "time", "not in the tables"},
		{"cmd/cartograph", "internal/app", ""},
		{"cmd/cartograph", "github.com/twilio/twilio-go", "a minute to compile"},
	}
	for _, tt := range tests {
		got := wrongImport(tt.from, tt.to)
		if (got == "") != (tt.says == "") || !strings.Contains(got, tt.says) {
			t.Errorf("%s imports %s: got %q, want %q", tt.from, tt.to, got, tt.says)
		}
	}
}

// TestImportRuleReadsFiles proves that a wrong import on disk is found, below
// its package too, and that tests are left alone.
func TestImportRuleReadsFiles(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, content := range map[string]string{
		"internal/cart/cart.go":          "package cart\n\nimport _ \"" + module + "/internal/event\"\n",
		"internal/cart/deep/deep.go":     "package deep\n\nimport (\n\t\"time\"\n\tstore \"" + module + "/internal/store\"\n)\n",
		"internal/cart/cart_test.go":     "package cart\n\nimport _ \"net/http\"\n",
		"internal/cart/testdata/old.go":  "package old\n\nimport _ \"net/http\"\n",
		"internal/event/windows_only.go": "//go:build windows\n\npackage event\n\nimport _ \"os/exec\"\n",
	} {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	wrong, files, err := wrongImports(root)
	if err != nil {
		t.Fatal(err)
	}
	if files != 3 || len(wrong) != 2 ||
		!strings.HasPrefix(filepath.ToSlash(wrong[0]), "internal/cart/deep/deep.go imports internal/store: ") ||
		!strings.HasPrefix(filepath.ToSlash(wrong[1]), "internal/event/windows_only.go imports os/exec: ") {
		t.Errorf("read %d files and found %q", files, wrong)
	}
}
