package shop

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Credential is one value of a shop's own account at a provider.
type Credential struct {
	// Name is what `shop set`, the API and the audit log call it.
	Name    string
	Channel event.Channel
	// Label is its name for people, Help where they find it.
	Label, Help string
	// Secret values are never shown again, not even to owners; of others the whole is shown.
	Secret bool
	// Optional ones are not needed for messages to leave.
	Optional bool
	// form is what a value must look like, nil for anything without blanks.
	form *regexp.Regexp
	// like says it in words.
	like string
}

var credentials = []Credential{
	{Name: "sendgrid_api_key", Channel: event.Email, Label: "API key", Secret: true, Help: "SendGrid: Settings → API Keys. It needs the permission Mail Send."},
	{Name: "email_from", Channel: event.Email, Label: "Sender address", Help: "The address that is verified at SendGrid, on a domain of yours.",
		form: regexp.MustCompile(`^[^@<>]*<?[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+>?$`), like: "write an address such as shop@example.com"},
	{Name: "sendgrid_webhook_public_key", Channel: event.Email, Label: "Verification key of the event webhook", Optional: true,
		Help: "SendGrid: Settings → Mail Settings → Event Webhook, signed. Without it SendGrid’s reports of deliveries, bounces and unsubscriptions are refused."},
	{Name: "twilio_account_sid", Channel: event.SMS, Label: "Account SID", Help: "Twilio: the console’s first page. It starts with AC.",
		form: regexp.MustCompile(`^AC\S+$`), like: "copy the Account SID (AC…), not an API key’s (SK…)"},
	{Name: "twilio_auth_token", Channel: event.SMS, Label: "Auth token", Secret: true, Help: "Beside the Account SID. It also verifies Twilio’s reports."},
	{Name: "twilio_from", Channel: event.SMS, Label: "Sender", Help: "A number (+33612345678), a Messaging Service SID (MG…), a short code, or a name of up to 11 letters.",
		form: regexp.MustCompile(`^(\+[1-9][0-9]{5,14}|MG[0-9A-Za-z]+|[0-9]{3,8}|[A-Za-z0-9 &_+-]{1,11})$`), like: "write a number such as +33612345678, or a Messaging Service SID"},
	{Name: "messenger_page_id", Channel: event.Messenger, Label: "Page id", Help: "The page’s number, under About on Facebook.",
		form: regexp.MustCompile(`^[0-9A-Za-z:_-]{1,80}$`), like: "write the page’s number"},
	{Name: "messenger_page_token", Channel: event.Messenger, Label: "Page access token", Secret: true, Help: "Meta for Developers: your app → Messenger → Access tokens."},
	{Name: "messenger_app_secret", Channel: event.Messenger, Label: "App secret", Secret: true, Optional: true, Help: "Meta for Developers: your app → App settings. It verifies what Meta sends; without one here, the installation’s is used."},
	{Name: "messenger_verify_token", Channel: event.Messenger, Label: "Verify token", Secret: true, Optional: true, Help: "Any text of yours: type the same into the webhook form of your Meta app."},
	// What of these a platform needs, and how it calls them, its adapter tells.
	{Name: "platform_url", Channel: PlatformAccount, Label: "API address", Optional: true, Help: "Where your platform’s API is, such as https://shop.example.",
		form: regexp.MustCompile(`^https?://[^\s/@]+(/\S*)?$`), like: "write an address such as https://shop.example, without a user name in it"},
	{Name: "platform_account", Channel: PlatformAccount, Label: "Account", Optional: true, Help: "How your platform’s API calls your shop, where it asks for it."},
	{Name: "platform_key", Channel: PlatformAccount, Label: "API key", Secret: true, Help: "A key of your platform’s API that may read orders, carts and products."},
	{Name: "platform_secret", Channel: PlatformAccount, Label: "API secret", Secret: true, Optional: true, Help: "The key’s secret, where it has one."},
}

// PlatformAccount stands in a channel's place for the values of a shop's account
// at its own platform's API.
const PlatformAccount event.Channel = "platform"

// CredentialCatalogue gives every credential, by channel.
func CredentialCatalogue() []Credential { return slices.Clone(credentials) }

// ChannelOf gives the channel a credential belongs to, "" for an unknown one.
func ChannelOf(name string) event.Channel {
	for _, c := range credentials {
		if c.Name == name {
			return c.Channel
		}
	}
	return ""
}

// Credentials are the names a shop's own provider accounts are stored under.
var Credentials = credentialNames()

func credentialNames() (out []string) {
	for _, c := range credentials {
		out = append(out, c.Name)
	}
	return out
}

// maxCredential bounds a value; the longest real ones have some hundred characters.
const maxCredential = 2000

// CheckCredential brings a pasted value into form, or says what is wrong with
// it. It never repeats the value.
func CheckCredential(name, value string) (string, error) {
	value = strings.TrimSpace(value)
	at := slices.IndexFunc(credentials, func(c Credential) bool { return c.Name == name })
	if at < 0 {
		return "", fault.New(fault.Unprocessable, "there is no credential %q", name).In(name)
	}
	c := credentials[at]
	bad := func(what, remedy string) error {
		return fault.New(fault.Unprocessable, "%s", what).In(name).Try(remedy)
	}
	switch {
	case value == "":
		return "", bad("it is empty", "paste the whole value")
	case len(value) > maxCredential:
		return "", bad("it is too long", "paste the value alone")
	case c.form != nil && !c.form.MatchString(value):
		return "", bad("it does not look like one", c.like)
	case c.form == nil && strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return "", bad("there are blanks or special characters in it", "paste it again, whole and alone")
	}
	return value, nil
}

// Hint shows the end of a value, by which its owner tells it from others;
// nothing of a short one.
func Hint(value string) string {
	if len(value) < 12 {
		return "…"
	}
	return "…" + value[len(value)-4:]
}
