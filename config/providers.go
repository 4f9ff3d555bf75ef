package config

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"net/mail"
	"regexp"
	"strings"
)

// senders are the forms of twilio_from: a number, a Messaging Service, a short
// code, or an alphanumeric sender id of up to 11 characters.
var senders = regexp.MustCompile(`^(\+[1-9][0-9]{5,14}|MG[0-9A-Za-z]+|[0-9]{3,8}|[A-Za-z0-9 &_+-]{1,11})$`)

func (k *checks) providers(c Config) {
	k.webAddress("sendgrid_base_url", c.SendGrid.BaseURL, "such as "+sendGridURL)
	k.webAddress("twilio_base_url", c.Twilio.BaseURL, "such as "+twilioURL)
	k.webAddress("messenger_base_url", c.Messenger.BaseURL, "such as "+messengerURL)
	k.sendGrid(c.SendGrid)
	k.twilio(c.Twilio)
	k.needs("messenger_page_id", "messenger_page_token", "messenger_app_secret")
	k.needs("messenger_page_token", "messenger_page_id")
}

// needs reports a half-configured channel: the named option is set and those
// without which it is of no use are not.
func (k *checks) needs(name string, others ...string) {
	if k.empty(name) {
		return
	}
	for _, other := range others {
		if k.empty(other) {
			k.add(other, "set it too, or unset "+name+" to use the sandbox", "it is empty while %s is set", name)
		}
	}
}

func (k *checks) empty(name string) bool { return k.options[name].field.String() == "" }

func (k *checks) sendGrid(s SendGrid) {
	k.needs("sendgrid_api_key", "email_from")
	if s.From != "" {
		if _, err := mail.ParseAddress(s.From); err != nil {
			k.add("email_from", "write the address that is verified at SendGrid, such as shop@example.com", "it is not an email address")
		}
	}
	for _, key := range s.WebhookPublicKeys {
		if !isPublicKey(key) {
			k.add("sendgrid_webhook_public_key",
				"copy the verification key from SendGrid's Signed Event Webhook page, all of it", "it is not a base64 ECDSA public key")
		}
	}
}

// isPublicKey reports whether the text is a key as SendGrid shows it: base64 of DER.
func isPublicKey(text string) bool {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return false
	}
	_, ok := key.(*ecdsa.PublicKey)
	return ok
}

func (k *checks) twilio(t Twilio) {
	k.needs("twilio_account_sid", "twilio_auth_token", "twilio_from")
	k.needs("twilio_auth_token", "twilio_account_sid")
	if t.AccountSID != "" && !strings.HasPrefix(t.AccountSID, "AC") {
		k.add("twilio_account_sid", `copy the Account SID ("AC…") from the console, not an API key's ("SK…")`, "it is not an account SID")
	}
	if t.From != "" && !senders.MatchString(t.From) {
		k.add("twilio_from", "write a number such as +15551234567 or a Messaging Service SID", "it is not a sender that Twilio knows")
	}
}
