package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// publicKey is a P-256 key as SendGrid shows one, made for this test.
const publicKey = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE63gCbWerFwYGrI9z6urANsWJE6imUPKanjsF+f3RaE4LDU3MTi38k/7n2dH3KDF2zj/XnkxnPVAwQbWPdwjJiw=="

func TestValidateRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*Config)
		want   []string // the options that are named, in order
	}{
		"listen without port":       {func(c *Config) { c.HTTP.Listen = "localhost" }, []string{"listen"}},
		"listen on a named port":    {func(c *Config) { c.HTTP.Listen = ":http" }, []string{"listen"}},
		"listen out of range":       {func(c *Config) { c.HTTP.Listen = ":65536" }, []string{"listen"}},
		"public address relative":   {func(c *Config) { c.HTTP.PublicURL = "carts.test" }, []string{"public_url"}},
		"public address of ftp":     {func(c *Config) { c.HTTP.PublicURL = "ftp://carts.test" }, []string{"public_url"}},
		"public address with query": {func(c *Config) { c.HTTP.PublicURL = "https://carts.test/?a=b" }, []string{"public_url"}},
		"base address empty":        {func(c *Config) { c.SendGrid.BaseURL = "" }, []string{"sendgrid_base_url"}},
		"base address of nothing":   {func(c *Config) { c.Twilio.BaseURL = "http://" }, []string{"twilio_base_url"}},
		"base address broken":       {func(c *Config) { c.Messenger.BaseURL = "http://a b" }, []string{"messenger_base_url"}},
		"bodies of nothing":         {func(c *Config) { c.HTTP.IngestMaxBytes = 0 }, []string{"ingest_max_bytes"}},
		"no workers":                {func(c *Config) { c.Queue.Workers = 0 }, []string{"workers"}},
		"no patience":               {func(c *Config) { c.HTTP.ShutdownTimeout = 0 }, []string{"shutdown_timeout"}},
		"no horizon":                {func(c *Config) { c.Queue.Horizon = -time.Hour }, []string{"horizon"}},
		"log level":                 {func(c *Config) { c.Log.Level = "loud" }, []string{"log_level"}},
		"sync":                      {func(c *Config) { c.Database.SQLiteSync = "off" }, []string{"sqlite_sync"}},
		"no data folder":            {func(c *Config) { c.Database.DataDir = "" }, []string{"data_dir"}},
		"database of another kind":  {func(c *Config) { c.Database.URL = "mysql://a/b"; c.Security.SecretKey = key() }, []string{"database_url"}},
		"short key":                 {func(c *Config) { c.Security.SecretKey = key()[1:] }, []string{"secret_key"}},
		"redis of another kind":     {func(c *Config) { c.Queue.RedisURL = "localhost:6379" }, []string{"redis_url"}},
		"redis without a host":      {func(c *Config) { c.Queue.RedisURL = "redis://" }, []string{"redis_url"}},
		"SendGrid without sender":   {func(c *Config) { c.SendGrid.APIKey = "SG.x" }, []string{"email_from"}},
		"sender is no address":      {func(c *Config) { c.SendGrid.From = "shop" }, []string{"email_from"}},
		"webhook key cut off": {func(c *Config) { c.SendGrid.WebhookPublicKeys = []string{publicKey, publicKey[:40]} },
			[]string{"sendgrid_webhook_public_key"}},
		"Twilio by halves":        {func(c *Config) { c.Twilio.AccountSID = "AC1" }, []string{"twilio_auth_token", "twilio_from"}},
		"Twilio without account":  {func(c *Config) { c.Twilio.AuthToken = "x"; c.Twilio.From = "+15550001111" }, []string{"twilio_account_sid"}},
		"API key for account SID": {func(c *Config) { c.Twilio = Twilio{"SK1", "x", "MG1", twilioURL} }, []string{"twilio_account_sid"}},
		"sender is no number":     {func(c *Config) { c.Twilio.From = "+0 (555) 12" }, []string{"twilio_from"}},
		"page without token":      {func(c *Config) { c.Messenger.PageID = "1" }, []string{"messenger_page_token", "messenger_app_secret"}},
		"token without page":      {func(c *Config) { c.Messenger.PageToken = "x" }, []string{"messenger_page_id"}},
		"blank at the end":        {func(c *Config) { c.Messenger.AppSecret = "x " }, []string{"messenger_app_secret"}},
		"line break in a list":    {func(c *Config) { c.SendGrid.WebhookPublicKeys = []string{publicKey + "\n"} }, []string{"sendgrid_webhook_public_key"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := Default()
			tt.change(&c)
			err := c.Validate()
			if !fault.Is(err, fault.Misconfigured) {
				t.Fatalf("want fault.Misconfigured, got %v", err)
			}
			var got []string
			for _, p := range ProblemsOf(err) {
				option, _, _ := strings.Cut(p.Option, " ")
				got = append(got, option)
				if p.What == "" || p.Remedy == "" || !strings.Contains(p.Option, prefix+strings.ToUpper(option)) {
					t.Errorf("a problem names its option both ways, what is wrong and the remedy, got %q", p)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems with (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateAccepts(t *testing.T) {
	t.Parallel()
	full := SendGrid{"SG.x", []string{publicKey}, "Shop <shop@example.com>", "http://127.0.0.1:1"}
	tests := map[string]func(*Config){
		"the defaults":     func(*Config) {},
		"port 0":           func(c *Config) { c.HTTP.Listen = "127.0.0.1:0" },
		"public path":      func(c *Config) { c.HTTP.PublicURL = "https://a.test/carts" },
		"postgres":         func(c *Config) { c.Database.URL = "postgres://u:p@a,b/c"; c.Security.SecretKey = key() },
		"postgres alone":   func(c *Config) { c.Database.URL = "postgres://u:p@a,b/c" },
		"redis sentinel":   func(c *Config) { c.Queue.RedisURL = "redis-sentinel://a:1,b:2/master" },
		"redis cluster":    func(c *Config) { c.Queue.RedisURL = "redis-cluster://a:1,b:2" },
		"redis over TLS":   func(c *Config) { c.Queue.RedisURL = "rediss://:p@a:1/2" },
		"all of SendGrid":  func(c *Config) { c.SendGrid = full },
		"Twilio service":   func(c *Config) { c.Twilio = Twilio{"AC1", "x", "MG0123456789abcdef", twilioURL} },
		"Twilio name":      func(c *Config) { c.Twilio.From = "Cartograph" },
		"Twilio number":    func(c *Config) { c.Twilio.From = "+4915112345678" },
		"app for pages":    func(c *Config) { c.Messenger.AppSecret, c.Messenger.VerifyToken = "x", "y" },
		"all of Messenger": func(c *Config) { c.Messenger = Messenger{"1", "x", "y", "z", messengerURL} },
	}
	for name, change := range tests {
		c := Default()
		change(&c)
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAllProblemsAtOnce mixes mistakes of the file, of the environment and in
// what they mean together.
func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Load(Source{
		File:    write(t, t.TempDir(), "c.yaml", "lissten: :80\nhorizon: soon\npublic_url: nowhere\ntwilio_account_sid: AC1\n"),
		Environ: []string{"CARTOGRAPH_WORKERS=many", "CARTOGRAPH_LOGLEVEL=info", "CARTOGRAPH_SECRET_KEY=short"},
	})
	got := ProblemsOf(err).List()
	for _, want := range []string{"c.yaml:1:1", "c.yaml:2:1", "public_url", "twilio_auth_token", "twilio_from",
		"workers", "CARTOGRAPH_LOGLEVEL", "secret_key"} {
		if !strings.Contains(got, want) {
			t.Errorf("nothing about %s in:\n%s", want, got)
		}
	}
	if lines := strings.Count(got, "\n") + 1; lines != 8 {
		t.Errorf("want 8 problems, one a line, got %d:\n%s", lines, got)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	live := SendGrid{"SG.x", []string{publicKey}, "shop@example.com", sendGridURL}
	tests := map[string]struct {
		change func(*Config)
		want   string
	}{
		"links to this machine": {func(c *Config) { c.HTTP.PublicURL = "http://localhost:8080"; c.SendGrid = live }, "only this machine"},
		"links in the clear":    {func(c *Config) { c.HTTP.PublicURL = "http://carts.test"; c.SendGrid = live }, "not be encrypted"},
		"deaf":                  {func(c *Config) { c.SendGrid = SendGrid{"SG.x", nil, "shop@example.com", "http://127.0.0.1:1"} }, "are refused"},
		"sender without key":    {func(c *Config) { c.SendGrid.From = "shop@example.com" }, "sandbox"},
		"number without key":    {func(c *Config) { c.Twilio.From = "+15550001111" }, "sandbox"},
		"unsubscribable":        {func(c *Config) { c.Messenger = Messenger{"1", "x", "y", "", "http://127.0.0.1:1"} }, "cannot subscribe"},
		"many alarm clocks":     {func(c *Config) { c.Database.URL, c.Security.SecretKey = "postgres://a/b", key() }, "alarm clock"},
		"one address for all":   {func(c *Config) { c.HTTP.PublicURL = "https://carts.test" }, "proxy's address"},
		"a key being changed":   {func(c *Config) { c.Security.PreviousSecretKey = key() }, "is being changed"},
		"key of one machine":    {func(c *Config) { c.Database.URL, c.Queue.RedisURL = "postgres://a/b", "redis://a" }, "share that folder"},
	}
	for name, tt := range tests {
		c := Default()
		tt.change(&c)
		got := c.Warnings()
		if len(got) != 1 || !strings.Contains(got[0].What, tt.want) {
			t.Errorf("%s: want one warning that says %q, got %q", name, tt.want, got.List())
		}
	}
}

func TestNoWarningWhenAllIsWell(t *testing.T) {
	t.Parallel()
	c := Default()
	c.HTTP.PublicURL, c.HTTP.TrustedProxies = "https://carts.test", []string{"10.0.0.1"}
	c.SendGrid = SendGrid{"SG.x", []string{publicKey}, "shop@example.com", sendGridURL}
	c.Twilio = Twilio{"AC1", "x", "MG1", twilioURL}
	c.Messenger = Messenger{"1", "x", "y", "z", messengerURL}
	c.Database.URL, c.Queue.RedisURL, c.Security.SecretKey = "postgres://a/b", "redis://a", key()
	if got := c.Warnings(); len(got) > 0 {
		t.Errorf("got %s", got.List())
	}
}

// TestPrintingShowsNoSecret fills every secret, and every way of printing must hide it.
func TestPrintingShowsNoSecret(t *testing.T) {
	t.Parallel()
	var c Config
	secrets := 0
	for _, o := range c.options() {
		switch o.secret {
		case "true":
			o.field.SetString("hush")
			secrets++
		case "url":
			o.field.SetString("postgres://hush:hush@db.test/name?password=hush&sslmode=require")
			secrets++
		case "":
			if name := o.name; strings.HasSuffix(name, "token") || strings.HasSuffix(name, "secret") ||
				strings.HasSuffix(name, "api_key") || strings.HasSuffix(name, "secret_key") {
				t.Errorf("%s sounds like a secret and has no `secret` tag", name)
			}
		default:
			t.Errorf("%s: unknown secret tag %q", o.name, o.secret)
		}
	}
	if secrets == 0 {
		t.Fatal("no option is secret")
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		got := fmt.Sprintf(format, c)
		if strings.Contains(got, "hush") || strings.Count(got, redacted) < secrets {
			t.Errorf("%s shows a secret or hides too little:\n%s", format, got)
		}
	}
	if redactedCopy := c.Redacted(); c.Security.SecretKey != "hush" || redactedCopy.Security.SecretKey != redacted {
		t.Error("Redacted must change the copy only")
	}
	if !strings.Contains(c.String(), "db.test/name") {
		t.Error("an address keeps what is not secret")
	}
}

func TestRedactURL(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"postgres://u:hush@h:5432/n?sslmode=off": "postgres://[redacted]@h:5432/n?sslmode=off",
		"postgres://h/n":                         "postgres://h/n",
		"postgres://h/n?sslpassword=hush":        "postgres://h/n?sslpassword=[redacted]",
		"postgres://u:hu?sh@h/n":                 "postgres://[redacted]",
		"postgres://u:hu@sh@h/n":                 "postgres://[redacted]@h/n",
		"postgres://h/n?password=hu@sh":          "postgres://[redacted]",
		"redis://:hush@h":                        "redis://[redacted]@h",
		"redis-sentinel://:hush@a:1,b:2/master":  "redis-sentinel://[redacted]@a:1,b:2/master",
		"host=h password=hush":                   "[redacted]",
	} {
		if got := redactURL(raw); got != want {
			t.Errorf("redactURL(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for pair, want := range map[[2]string]int{
		{"", ""}: 0, {"abc", "abc"}: 0, {"abc", ""}: 3, {"", "ab"}: 2, {"kitten", "sitting"}: 3, {"listen", "lsiten"}: 2, {"ab", "abc"}: 1,
	} {
		if got := distance(pair[0], pair[1]); got != want {
			t.Errorf("distance(%q, %q) = %d, want %d", pair[0], pair[1], got, want)
		}
	}
}

// key is the shortest secret key that is accepted.
func key() string { return strings.Repeat("0123456789abcdef", 2) }
