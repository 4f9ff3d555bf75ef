package torture

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// stepTimes are when the sequence's steps are due after a cart's last activity.
var stepTimes = []time.Duration{time.Second, 3 * time.Second, 6 * time.Second}

// book is the playbook of every shop: all three channels, over within seconds.
const book = `
personas:
  - {key: careful, name: Nora, rule: 'cart.total >= 60'}
  - {key: everyone, name: Sam}
sequences:
  - key: careful
    stage: purchase
    trigger: cart_abandoned
    persona: careful
    steps:
      - {after: 1s, channels: [sms, email], template: hello, max_late: 10m}
      - {after: 3s, channels: [email], template: hello, max_late: 10m}
      - {after: 6s, channels: [messenger, email], template: hello, max_late: 10m}
  - key: everyone
    stage: purchase
    trigger: cart_abandoned
    steps:
      - {after: 1s, channels: [messenger, email], template: hello, max_late: 10m}
      - {after: 3s, channels: [sms, email], template: hello, max_late: 10m}
      - {after: 6s, channels: [email], template: hello, max_late: 10m}
templates:
  - {key: hello, channel: email, locale: en, subject: "Your bag waits", body: "<p>{{ cart.total }} <a href=\"{{ cart.restore_url }}\">back</a></p>"}
  - {key: hello, channel: sms, locale: en, body: "Your bag waits: {{ cart.restore_url }}"}
  - {key: hello, channel: messenger, locale: en, body: "Your bag waits: {{ cart.restore_url }}"}
`

// shop is a shop as its platform knows it.
type shop struct {
	ID       string `json:"id"`
	Platform string `json:"platform"`
	Domain   string `json:"-"`
	Secret   string `json:"-"`
}

// place is where an installation lives: the environment of its servers and commands.
type place struct {
	root, binary string
	env          map[string]string
	// sandbox is the secret that the providers' accounts are derived from.
	sandbox []byte
}

// environ is the environment and nothing else's.
func (p *place) environ(more map[string]string) []string {
	out := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.root, "TZ=UTC"}
	for name, value := range p.env {
		if _, over := more[name]; !over {
			out = append(out, name+"="+value)
		}
	}
	for name, value := range more {
		out = append(out, name+"="+value)
	}
	return out
}

// run runs a command of the program to its end and gives what it printed.
func (p *place) run(ctx context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.binary, args...)
	cmd.Dir, cmd.Env = p.root, p.environ(nil)
	var wrong strings.Builder
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "cartograph %s %s: %s", args[0], args[1], wrong.String())
	}
	return out, nil
}

// open creates a shop with accounts of its own at all three providers.
func (p *place) open(ctx context.Context, platform string, i int, set ...string) (shop, error) {
	s := shop{Domain: fmt.Sprintf("shop%d.%s.example", i, platform), Secret: fmt.Sprintf("secret-of-shop-%d-0123456789", i)}
	args := []string{"shop", "create", "--name", fmt.Sprintf("Shop %d", i), "--platform", platform, "--domain", s.Domain, "--currency", "EUR",
		"--timezone", "Europe/Paris", "--country", "FR", "--webhook-secret", s.Secret, "--json",
		"--set", "quiet_hours=off", "--set", "address=1 Harbour Street, Lyon", "--set", "support_email=help@" + s.Domain}
	for _, one := range set {
		args = append(args, "--set", one)
	}
	out, err := p.run(ctx, args...)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(out, &s); err != nil {
		return s, fault.Wrap(fault.Internal, err, "shop create printed no JSON")
	}
	if _, err := p.run(ctx, append([]string{"shop", "set", s.ID}, p.credentials(s.ID)...)...); err != nil {
		return s, err
	}
	file := filepath.Join(p.root, "book.yaml")
	if err := os.WriteFile(file, []byte(book), 0o600); err != nil {
		return s, fault.Wrap(fault.Internal, err, "the playbook cannot be written")
	}
	_, err = p.run(ctx, "apply", "-f", file, "--shop", s.ID)
	return s, err
}

// credentials are the keys of a shop's accounts at the providers.
func (p *place) credentials(id string) []string {
	a := sandbox.Accounts(p.sandbox, id)
	mail, text, page := a[event.Email], a[event.SMS], a[event.Messenger]
	return []string{
		"sendgrid_api_key=" + mail.Key, "sendgrid_webhook_public_key=" + mail.VerifyKeys[0], "email_from=" + mail.From,
		"twilio_account_sid=" + text.ID, "twilio_auth_token=" + text.Key, "twilio_from=" + text.From,
		"messenger_page_id=" + page.ID, "messenger_page_token=" + page.Key, "messenger_app_secret=" + page.VerifyKeys[0],
	}
}

// shops opens the shops of a round: two platforms, both ways of consent.
func (p *place) shops(ctx context.Context) (all []shop, err error) {
	for i, one := range []struct{ platform, idle, consent string }{
		{"generic", "1s", "off"}, {"shopify", "1s", "off"}, {"generic", "1s", "opt_in"}, {"shopify", "1s", "opt_in"},
	} {
		s, err := p.open(ctx, one.platform, i, "abandon_after="+one.idle, "consent_mode="+one.consent)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}
