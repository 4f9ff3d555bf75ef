package config

import (
	"net"
	"net/url"
	"strings"
)

// Warnings gives what works, but rarely as its operator expects. The program
// writes them to the log at start and goes on.
func (c Config) Warnings() Problems {
	k := newChecks(&c)
	k.reach(c)
	k.idle("email_from", "sendgrid_api_key", c.SendGrid.Configured())
	k.idle("twilio_from", "twilio_account_sid", c.Twilio.Configured())
	if c.SendGrid.Configured() && len(c.SendGrid.WebhookPublicKeys) == 0 {
		k.add("sendgrid_webhook_public_key", "switch on the Signed Event Webhook at SendGrid and copy its key",
			"it is empty: deliveries, bounces and unsubscriptions that SendGrid reports are refused")
	}
	if c.Messenger.Configured() && c.Messenger.VerifyToken == "" {
		k.add("messenger_verify_token", "choose one and type the same into Meta's webhook form", "it is empty: Meta cannot subscribe")
	}
	if !c.Database.Embedded() && c.Security.SecretKey == "" {
		k.add("secret_key", "set it, the same for every process, before a second machine joins: openssl rand -hex 32",
			"it is empty: a key is made in data_dir, and only processes that share that folder have it")
	}
	if strings.HasPrefix(c.HTTP.PublicURL, "https://") && len(c.HTTP.TrustedProxies) == 0 {
		k.add("trusted_proxies", "name the address of the proxy that ends TLS",
			"it is empty: everybody comes from the proxy's address, and the failed sign-ins of one make all others wait")
	}
	if c.Security.PreviousSecretKey != "" {
		k.add("secret_key_previous", "run `cartograph reseal`, then unset it", "the secret key is being changed: the former one still opens everything")
	}
	if !c.Database.Embedded() && c.Queue.Embedded() {
		k.add("redis_url", "set it when more than one process runs",
			"it is empty: each process has its own alarm clock, and alarms of another are noticed half a minute late")
	}
	return k.found
}

// reach warns when messages would carry links that nobody else can open.
func (k *checks) reach(c Config) {
	u, err := url.Parse(c.HTTP.PublicURL)
	if err != nil || !c.live() {
		return
	}
	ip := net.ParseIP(u.Hostname())
	switch {
	case u.Hostname() == "localhost" || ip != nil && ip.IsLoopback():
		k.add("public_url", "set the address under which the internet reaches this server",
			"real messages would carry links that only this machine can open")
	case u.Scheme == "http":
		k.add("public_url", "put a TLS proxy in front and write https://", "links in real messages would not be encrypted")
	}
}

// live reports whether any channel goes to its real provider.
func (c Config) live() bool {
	return c.SendGrid.Configured() && c.SendGrid.BaseURL == sendGridURL ||
		c.Twilio.Configured() && c.Twilio.BaseURL == twilioURL ||
		c.Messenger.Configured() && c.Messenger.BaseURL == messengerURL
}

// idle warns of a sender whose channel has no account to send with.
func (k *checks) idle(sender, account string, configured bool) {
	if !k.empty(sender) && !configured {
		k.add(sender, "set "+account+" to send for real", "it is set, but without %s its channel goes to the sandbox", account)
	}
}
