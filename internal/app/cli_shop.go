package app

import (
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/shop"
)

type shopCommand struct {
	Create shopCreate `cmd:"" help:"Create a shop; prints its webhook address, secret and API key, once."`
	List   shopList   `cmd:"" help:"List the shops."`
	Show   shopShow   `cmd:"" help:"Show one shop with its settings."`
	Set    shopSet    `cmd:"" help:"Change a shop's settings or credentials."`
	Sender shopSender `cmd:"" help:"Show how a shop stands as a sender of email, and what its domain's DNS lacks."`
	Lift   shopLift   `cmd:"" help:"End a pause of a shop's email, when its cause is mended."`
}

type shopCreate struct {
	Name          string            `required:"" help:"The name shoppers know."`
	Platform      string            `required:"" help:"One of ${platforms}."`
	Domain        string            `required:"" help:"The shop's host as the platform names it (my-shop.myshopify.com)."`
	Currency      string            `required:"" help:"ISO 4217 code (EUR)."`
	Timezone      string            `required:"" help:"IANA name (Europe/Paris)."`
	Locale        string            `default:"en" help:"Language tag of the shop (en, fr-CA)."`
	Country       string            `required:"" help:"ISO 3166 code (FR)."`
	WebhookSecret []string          `sep:"none" help:"The platform's own signing secret, or @FILE with a secret, a public key (PEM), a key set (JWKS) or the lines that its README names; given several times during a rotation, the newest first. Default: one is made." placeholder:"SECRET|@FILE"`
	Set           map[string]string `help:"Settings and credentials: abandon_after=30m, consent_mode=opt_in, quiet_hours=21:00-08:00, sendgrid_api_key=…" placeholder:"KEY=VALUE" mapsep:"none"`
	JSON          bool              `name:"json" help:"Print JSON."`
}

// Run creates the shop.
func (c *shopCreate) Run(r *run) error {
	secrets, err := secretsIn(c.WebhookSecret)
	if err != nil {
		return err
	}
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	made, err := k.CreateShop(r.ctx, NewShop{
		Name: c.Name, Platform: c.Platform, Domain: c.Domain, Currency: c.Currency, TimeZone: c.Timezone,
		Locale: c.Locale, Country: c.Country, WebhookSecrets: secrets, Set: c.Set, SharesDomain: true,
	})
	if err != nil {
		return err
	}
	warning, err := k.twinned(r.ctx, made)
	if err != nil {
		return err
	}
	if warning != "" {
		fmt.Fprintln(r.term.Err, "cartograph: beware: "+warning)
	}
	if err := r.beware(k, made.ID); err != nil {
		return err
	}
	secret, once := made.WebhookSecret, "The secret and the key are shown this once."
	if len(secrets) > 0 {
		made.WebhookSecret, secret, once = "", "(the one you gave)", "The key is shown this once."
	}
	if c.JSON {
		return r.printJSON(made)
	}
	r.printf("shop            %s (%s)\nwebhook address %s\nwebhook secret  %s\nAPI key         %s\n\n%s\n",
		made.ID, made.Name, made.WebhookURL, secret, made.APIKey, once)
	return nil
}

// shopView is a shop as commands print it; it holds no secret.
type shopView struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Platform   string            `json:"platform"`
	Domain     string            `json:"domain"`
	Currency   string            `json:"currency"`
	TimeZone   string            `json:"timezone"`
	Locale     string            `json:"locale"`
	Country    string            `json:"country"`
	WebhookURL string            `json:"webhook_url"`
	Settings   map[string]string `json:"settings"`
	// Sandbox names the channels without keys.
	Sandbox []string `json:"sandbox_channels,omitempty"`
}

func (k *core) view(s shop.Shop) shopView {
	return shopView{
		ID: s.ID, Name: s.Name, Platform: s.Platform, Domain: s.Domain, Currency: s.Currency, TimeZone: s.TimeZone,
		Locale: s.Locale, Country: s.Country, WebhookURL: k.webhookURL(s), Settings: s.Settings.Texts(),
	}
}

type shopList struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run lists the shops.
func (c *shopList) Run(r *run) error {
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	shops, err := k.store.Shops(r.ctx)
	if err != nil {
		return err
	}
	views := []shopView{}
	for _, s := range shops {
		views = append(views, k.view(s))
	}
	if c.JSON {
		return r.printJSON(views)
	}
	for _, v := range views {
		r.printf("%s  %-12s %-30s %s\n", v.ID, v.Platform, v.Domain, v.Name)
	}
	if len(views) == 0 {
		r.printf("There is no shop yet. Make one: cartograph shop create --help\n")
	}
	return nil
}

type shopShow struct {
	ID   string `arg:"" help:"The shop's id."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Run shows one shop.
func (c *shopShow) Run(r *run) error {
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	s, err := k.store.Shop(r.ctx, c.ID)
	if err != nil {
		return err
	}
	v := k.view(s)
	boxed, err := (&accounts{store: k.store, sealer: k.sealer, config: k.config}).sandboxed(r.ctx, s.ID)
	if err != nil {
		return err
	}
	for _, ch := range boxed {
		v.Sandbox = append(v.Sandbox, string(ch))
	}
	if c.JSON {
		return r.printJSON(v)
	}
	r.printf("%s (%s)\nplatform  %s\ndomain    %s\nmoney     %s\nplace     %s, %s, %s\nwebhooks  %s\n", v.Name, v.ID, v.Platform, v.Domain,
		v.Currency, v.Country, v.TimeZone, v.Locale, v.WebhookURL)
	for _, name := range shop.SettingNames() {
		r.printf("%-14s %s\n", name, v.Settings[name])
	}
	if len(v.Sandbox) > 0 {
		r.printf("in the sandbox (no keys): %v\n", v.Sandbox)
	}
	return r.beware(k, s.ID)
}

// beware says beside the output what a shop's webhooks leave open.
func (r *run) beware(k *core, shopID string) error {
	sh, err := k.store.Shop(r.ctx, shopID)
	if err != nil {
		return err
	}
	open, err := (&accounts{store: k.store, sealer: k.sealer, config: k.config}).warnings(r.ctx, sh)
	for _, w := range open {
		fmt.Fprintln(r.term.Err, "cartograph: beware: "+w)
	}
	return err
}

type shopSet struct {
	ID  string            `arg:"" help:"The shop's id."`
	Set map[string]string `arg:"" help:"KEY=VALUE …: facts (name, domain, currency, timezone, locale, country), settings and credentials as for shop create; webhook_secret adds one beside the old, and @FILE as its value is read from a file (webhook_secret=@key.pem)." mapsep:"none"`
}

// Run changes settings.
func (c *shopSet) Run(r *run) error {
	if given, ok := c.Set[givenSecret]; ok {
		secret, err := secretIn(given)
		if err != nil {
			return err
		}
		c.Set[givenSecret] = secret
	}
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	if err := namingTaken(k.ChangeShop(r.ctx, c.ID, c.Set)); err != nil {
		return err
	}
	return r.beware(k, c.ID)
}
