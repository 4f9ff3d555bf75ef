// Package config is everything an operator can set, in one documented struct.
//
// Default runs with nothing set. Load lays the file, the environment and the
// flags over it, in that order, and reports every problem at once. No other
// package reads the environment: each is handed the group of options it needs.
//
// Every option has one name: `public_url` in cartograph.yaml is
// CARTOGRAPH_PUBLIC_URL in the environment and --public-url as a flag, where a
// command offers that flag. CARTOGRAPH_PUBLIC_URL_FILE names a file that holds
// the value, as container secrets want it.
package config

import (
	"net/netip"
	"time"
)

// Config is every option, grouped as the program's parts need them. In the
// file and the environment the names are flat.
type Config struct {
	HTTP      HTTP
	Outgoing  Outgoing
	Database  Database
	Queue     Queue
	Security  Security
	OIDC      OIDC
	SendGrid  SendGrid
	Twilio    Twilio
	Messenger Messenger
	Log       Log
}

// HTTP is what the web process listens on and how the world reaches it.
type HTTP struct {
	// Listen is the address to serve on, as host:port; port 0 takes a free one.
	Listen string `yaml:"listen" env:"LISTEN"`
	// PublicURL is the address under which shoppers, platforms and providers
	// reach this installation, without a trailing slash. Every link in a message
	// starts with it and provider signatures are computed over it. Empty until
	// Load derives it from Listen; still empty when Listen asks for port 0, whose
	// number is known only after listening (see PublicURLFor).
	PublicURL string `yaml:"public_url" env:"PUBLIC_URL"`
	// IngestMaxBytes is the largest webhook or event body taken in; a larger one is answered 413.
	IngestMaxBytes int64 `yaml:"ingest_max_bytes" env:"INGEST_MAX_BYTES"`
	// ShutdownTimeout is how long open requests and sends in flight may go on
	// after a stop signal. What it cuts off is taken up again at the next start.
	ShutdownTimeout time.Duration `yaml:"shutdown_timeout" env:"SHUTDOWN_TIMEOUT"`
	// TrustedProxies are the addresses and networks (CIDR) of the proxies in
	// front, whose X-Forwarded-For is believed when a sign-in is attributed to an
	// address. Empty: the address of the connection counts, and the header is ignored.
	TrustedProxies []string `yaml:"trusted_proxies" env:"TRUSTED_PROXIES"`
	// APIRate is how many API requests a second one key may make in one process,
	// with bursts of four times as many; 0 sets no limit.
	APIRate int `yaml:"api_rate" env:"API_RATE"`
}

// Outgoing is what this installation may call of addresses that shops' people enter.
type Outgoing struct {
	// Allow are exceptions to "public addresses only, by https": host names with or
	// without a port, addresses and networks inside the operator's own network.
	Allow []string `yaml:"outgoing_allow" env:"OUTGOING_ALLOW"`
}

// Proxies gives the trusted proxies as networks. Load has checked them: what
// cannot be read is left out, and so trusted less.
func (h HTTP) Proxies() []netip.Prefix {
	var out []netip.Prefix
	for _, text := range h.TrustedProxies {
		if p, err := parseProxy(text); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// parseProxy reads an address or a network; an address is a network of one.
func parseProxy(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(text)
}

// Database is where the truth is kept.
type Database struct {
	// URL is postgres://…; empty for the embedded SQLite file in DataDir.
	URL string `yaml:"database_url" env:"DATABASE_URL" secret:"url"`
	// DataDir holds the SQLite file and the generated secret key. A relative
	// path starts at the working directory. Two servers never share one.
	DataDir string `yaml:"data_dir" env:"DATA_DIR"`
	// SQLiteSync is "full" (an answered event survives a power cut) or "normal"
	// (it survives a crash of the program; a power cut can lose the last few).
	SQLiteSync string `yaml:"sqlite_sync" env:"SQLITE_SYNC"`
}

// Embedded reports whether the database is the SQLite file in DataDir.
func (d Database) Embedded() bool { return d.URL == "" }

// Queue is the alarm clock and the workers it wakes.
type Queue struct {
	// RedisURL is redis://, rediss://, redis-sentinel:// or redis-cluster://;
	// empty for the one inside the process.
	RedisURL string `yaml:"redis_url" env:"REDIS_URL" secret:"url"`
	// Horizon is how far ahead alarms are put into Redis; what is due later waits
	// in the database only.
	Horizon time.Duration `yaml:"horizon" env:"HORIZON"`
	// Workers is how many messages one process sends at the same time on each channel;
	// one shop alone gets half of them.
	Workers int `yaml:"workers" env:"WORKERS"`
}

// Embedded reports whether Redis runs inside the process.
func (q Queue) Embedded() bool { return q.RedisURL == "" }

// Security holds the installation's own secret.
type Security struct {
	// SecretKey seals the credentials that shops store and the secret that links
	// are derived from: at least 32 characters of anything random (hex, base64). Empty
	// makes a key file in DataDir, which then all processes must share.
	SecretKey string `yaml:"secret_key" env:"SECRET_KEY" secret:"true"`
	// PreviousSecretKey also opens what was sealed before the key was changed,
	// until `cartograph reseal` has sealed everything anew. Empty at all other times.
	PreviousSecretKey string `yaml:"secret_key_previous" env:"SECRET_KEY_PREVIOUS" secret:"true"`
}

// OIDC is an identity provider by which people may sign in (OpenID Connect).
type OIDC struct {
	// Issuer is the provider's address as its discovery document names it; empty for none.
	Issuer string `yaml:"oidc_issuer" env:"OIDC_ISSUER"`
	// ClientID and ClientSecret are what the provider gave this installation. The
	// address to register there is the public URL with /oidc/callback.
	ClientID     string `yaml:"oidc_client_id" env:"OIDC_CLIENT_ID"`
	ClientSecret string `yaml:"oidc_client_secret" env:"OIDC_CLIENT_SECRET" secret:"true"`
	// Name is what the button on the sign-in page calls it.
	Name string `yaml:"oidc_name" env:"OIDC_NAME"`
	// Domains are those whose people get an account by signing in; others must
	// have one before. An account alone opens no shop.
	Domains []string `yaml:"oidc_domains" env:"OIDC_DOMAINS"`
}

// Configured reports whether there is an identity provider.
func (o OIDC) Configured() bool { return o.Issuer != "" && o.ClientID != "" && o.ClientSecret != "" }

// SendGrid is the email account of shops that have none of their own.
type SendGrid struct {
	// APIKey starts with "SG."; empty sends email to the sandbox outbox.
	APIKey string `yaml:"sendgrid_api_key" env:"SENDGRID_API_KEY" secret:"true"`
	// WebhookPublicKeys verify the Signed Event Webhook, as SendGrid shows them
	// (base64); several while rotating, separated by commas in the environment.
	// None: every callback is refused.
	WebhookPublicKeys []string `yaml:"sendgrid_webhook_public_key" env:"SENDGRID_WEBHOOK_PUBLIC_KEY"`
	// From is the verified sender address.
	From string `yaml:"email_from" env:"EMAIL_FROM"`
	// BaseURL is the API's root, without a trailing slash.
	BaseURL string `yaml:"sendgrid_base_url" env:"SENDGRID_BASE_URL"`
}

// Configured reports whether email goes to SendGrid rather than to the sandbox.
func (s SendGrid) Configured() bool { return s.APIKey != "" && s.From != "" }

// Twilio is the SMS account of shops that have none of their own.
type Twilio struct {
	// AccountSID starts with "AC"; empty sends SMS to the sandbox outbox.
	AccountSID string `yaml:"twilio_account_sid" env:"TWILIO_ACCOUNT_SID"`
	// AuthToken authorizes calls and verifies callbacks.
	AuthToken string `yaml:"twilio_auth_token" env:"TWILIO_AUTH_TOKEN" secret:"true"`
	// From is an E.164 number, a Messaging Service SID ("MG…"), a short code or
	// an alphanumeric sender id.
	From string `yaml:"twilio_from" env:"TWILIO_FROM"`
	// BaseURL is the API's root, without a trailing slash.
	BaseURL string `yaml:"twilio_base_url" env:"TWILIO_BASE_URL"`
}

// Configured reports whether SMS goes to Twilio rather than to the sandbox.
func (t Twilio) Configured() bool { return t.AccountSID != "" && t.AuthToken != "" && t.From != "" }

// Messenger is the Facebook page of shops that have none of their own, and the
// Meta app through which every page's callbacks come.
type Messenger struct {
	// PageID is the page's numeric id; empty sends to the sandbox outbox.
	PageID string `yaml:"messenger_page_id" env:"MESSENGER_PAGE_ID"`
	// PageToken is the page access token.
	PageToken string `yaml:"messenger_page_token" env:"MESSENGER_PAGE_TOKEN" secret:"true"`
	// AppSecret verifies callbacks; without it all are refused.
	AppSecret string `yaml:"messenger_app_secret" env:"MESSENGER_APP_SECRET" secret:"true"`
	// VerifyToken is what was typed into Meta's webhook form; Meta shows it once to subscribe.
	VerifyToken string `yaml:"messenger_verify_token" env:"MESSENGER_VERIFY_TOKEN" secret:"true"`
	// BaseURL is the Graph API's root without version and trailing slash.
	BaseURL string `yaml:"messenger_base_url" env:"MESSENGER_BASE_URL"`
}

// Configured reports whether Messenger goes to Meta rather than to the sandbox.
func (m Messenger) Configured() bool {
	return m.PageID != "" && m.PageToken != "" && m.AppSecret != ""
}

// Log is what the program says about itself.
type Log struct {
	// Level is the least severe level written: debug, info, warn or error.
	Level string `yaml:"log_level" env:"LOG_LEVEL"`
}

// The providers' real addresses.
const (
	sendGridURL  = "https://api.sendgrid.com"
	twilioURL    = "https://api.twilio.com"
	messengerURL = "https://graph.facebook.com"
)

// Default is a configuration that runs: everything embedded, reachable from
// this machine only, every channel in the sandbox.
func Default() Config {
	return Config{
		HTTP: HTTP{
			Listen: "127.0.0.1:8080",
			// Platforms' largest bodies are orders with hundreds of lines, well under 1 MiB.
			IngestMaxBytes: 5 << 20,
			// Twice the timeout of one provider call, and below what orchestrators grant before they kill.
			ShutdownTimeout: 25 * time.Second,
			// A plugin that sends every event by itself stays far below.
			APIRate: 50,
		},
		Database:  Database{DataDir: "data", SQLiteSync: "full"},
		Queue:     Queue{Horizon: time.Hour, Workers: 64},
		OIDC:      OIDC{Name: "single sign-on"},
		SendGrid:  SendGrid{BaseURL: sendGridURL},
		Twilio:    Twilio{BaseURL: twilioURL},
		Messenger: Messenger{BaseURL: messengerURL},
		Log:       Log{Level: "info"},
	}
}
