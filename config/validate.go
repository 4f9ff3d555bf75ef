package config

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// minSecretKey is the fewest characters of a secret key: 32 of hex are 128 bits.
const minSecretKey = 32

// Validate reports everything that would keep this configuration from
// working, as one fault.Misconfigured (see ProblemsOf), or nil.
func (c Config) Validate() error { return c.problems().err() }

// checks collects problems under the options' names.
type checks struct {
	options map[string]option
	found   Problems
}

func newChecks(c *Config) *checks {
	k := &checks{options: map[string]option{}}
	for _, o := range c.options() {
		k.options[o.name] = o
	}
	return k
}

// add reports a problem of the named option.
func (k *checks) add(name, remedy, what string, args ...any) {
	k.found = append(k.found, k.options[name].problem(fmt.Sprintf(what, args...), remedy))
}

func (c Config) problems() Problems {
	k := newChecks(&c)
	for _, o := range c.options() {
		k.untidy(o)
	}
	k.http(c.HTTP)
	k.stores(c)
	k.numbers(c)
	k.oneOf("log_level", c.Log.Level, "debug", "info", "warn", "error")
	k.oneOf("sqlite_sync", c.Database.SQLiteSync, "full", "normal")
	k.providers(c)
	k.identity(c.OIDC)
	return k.found
}

// untidy finds what pasting leaves behind. No option has a use for it.
func (k *checks) untidy(o option) {
	for _, text := range o.texts() {
		if text != strings.TrimSpace(text) || strings.ContainsFunc(text, unicode.IsControl) {
			k.add(o.name, "remove them", "there are blanks around the value or control characters in it")
		}
	}
}

func (k *checks) http(h HTTP) {
	if _, port, err := net.SplitHostPort(h.Listen); err != nil {
		k.add("listen", "write host:port, such as 127.0.0.1:8080 or :8080", "%q is not an address to listen on", h.Listen)
	} else if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		k.add("listen", "write a port from 0 to 65535; 0 takes a free one", "%q is not a port", port)
	}
	if h.PublicURL != "" {
		k.webAddress("public_url", h.PublicURL, "such as https://carts.example.com")
	}
	for _, text := range h.TrustedProxies {
		if p, err := parseProxy(text); err != nil {
			k.add("trusted_proxies", "write addresses or networks, such as 10.0.0.1 or 10.0.0.0/8", "%q is neither an address nor a network", text)
		} else if p.Bits() == 0 {
			k.add("trusted_proxies", "name the proxies' own addresses", "%q is everybody, who could then claim any address", text)
		}
	}
}

// webAddress wants an absolute http or https address to which paths can be appended.
func (k *checks) webAddress(name, raw, example string) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		k.add(name, "write the whole address, "+example, "it is not an absolute http or https address")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		k.add(name, "write scheme, host and path only, "+example, "the address has credentials, a query or a fragment")
	}
}

// identity checks the identity provider. Its answers decide who people are, so
// they must not come over an open line, but from this machine.
func (k *checks) identity(o OIDC) {
	k.needs("oidc_issuer", "oidc_client_id", "oidc_client_secret")
	k.needs("oidc_client_id", "oidc_issuer")
	if o.Issuer == "" {
		return
	}
	k.webAddress("oidc_issuer", o.Issuer, "such as https://accounts.google.com")
	if u, err := url.Parse(o.Issuer); err == nil && u.Scheme == "http" {
		if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			k.add("oidc_issuer", "write its https address", "it is not encrypted")
		}
	}
	for _, d := range o.Domains {
		if !strings.Contains(d, ".") || strings.ContainsAny(d, "@/* ") {
			k.add("oidc_domains", "write domains of addresses, such as example.com", "%q is no domain", d)
		}
	}
}

// stores checks where the data lives and what protects it.
func (k *checks) stores(c Config) {
	if c.Database.URL != "" && !hasScheme(c.Database.URL, "postgres", "postgresql") {
		k.add("database_url", "write postgres://user:password@host:5432/name, or leave it empty for SQLite in data_dir",
			"%s is not a Postgres address", redactURL(c.Database.URL))
	}
	if c.Queue.RedisURL != "" && !hasScheme(c.Queue.RedisURL, "redis", "rediss", "redis-sentinel", "redis-cluster") {
		k.add("redis_url", "start it with redis://, rediss://, redis-sentinel:// or redis-cluster://, or leave it empty for the embedded one",
			"%s is not a Redis address", redactURL(c.Queue.RedisURL))
	}
	if c.Database.DataDir == "" {
		k.add("data_dir", "name a folder, such as data", "it is empty")
	}
	if n := len(c.Security.SecretKey); n > 0 && n < minSecretKey {
		k.add("secret_key", "make a new one: openssl rand -hex 32", "it has %d characters, %d are needed", n, minSecretKey)
	}
	if n := len(c.Security.PreviousSecretKey); n > 0 && n < minSecretKey {
		k.add("secret_key_previous", "give the whole key that was used before, or unset it", "it has %d characters, no key is shorter than %d", n, minSecretKey)
	}
	if p := c.Security.PreviousSecretKey; p != "" && p == c.Security.SecretKey {
		k.add("secret_key_previous", "unset it, or set secret_key to a new one", "it is the same as secret_key")
	}
}

// hasScheme reports whether an address starts with one of the schemes and goes on.
func hasScheme(address string, schemes ...string) bool {
	scheme, rest, _ := strings.Cut(address, "://")
	return rest != "" && slices.Contains(schemes, scheme)
}

func (k *checks) numbers(c Config) {
	within(k, "ingest_max_bytes", c.HTTP.IngestMaxBytes, 1<<10, 100<<20)
	within(k, "api_rate", c.HTTP.APIRate, 0, 100_000)
	within(k, "workers", c.Queue.Workers, 1, 1024)
	within(k, "shutdown_timeout", c.HTTP.ShutdownTimeout, time.Second, time.Hour)
	within(k, "horizon", c.Queue.Horizon, time.Second, 7*24*time.Hour)
}

func within[N int | int64 | time.Duration](k *checks, name string, value, low, high N) {
	if value < low || value > high {
		k.add(name, fmt.Sprintf("choose from %v to %v", low, high), "%v is out of range", value)
	}
}

func (k *checks) oneOf(name, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		k.add(name, "choose one of "+strings.Join(allowed, ", "), "%q is not known", value)
	}
}
