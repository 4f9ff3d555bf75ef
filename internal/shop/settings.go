package shop

import (
	"errors"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// Defaults are a new shop's settings.
func Defaults() Settings {
	return Settings{
		// Half an hour is the field's usual measure (Recapture, Connectif; Shopify says ten minutes).
		AbandonAfter: 30 * time.Minute,
		ConsentMode:  consent.OptIn,
		QuietHours:   consent.Quiet{From: 21 * 60, To: 8 * 60},
		CatchUp:      10 * time.Minute,
		// Far above what a shop's sequences send one person; it holds when several run wild.
		FrequencyCap: Frequency{Max: 12, Per: 7 * 24 * time.Hour},
	}
}

// Set changes one setting from its text; an unknown name or a value that makes
// no sense is fault.Unprocessable with what would.
func (s *Settings) Set(name, value string) error {
	for _, line := range Catalogue() {
		if line.Name == name && line.Group != Facts {
			sh := Shop{Settings: *s}
			err := line.set(&sh, value)
			if err == nil {
				*s = sh.Settings
			}
			return err
		}
	}
	return fault.New(fault.Unprocessable, "there is no setting %q", name).In(name).
		Try("the settings are " + strings.Join(slices.Concat(SettingNames(), Credentials), ", "))
}

func (s *Settings) setAbandonAfter(value string) error {
	d, err := duration.Parse(value)
	if err != nil || d < time.Second || d > 30*24*time.Hour {
		return fault.New(fault.Unprocessable, "%q is no time for abandon_after", value).In("abandon_after").
			Try(`write a duration from 1s to 30d, such as "30m"`)
	}
	s.AbandonAfter = d
	return nil
}

func (s *Settings) setCatchUp(value string) error {
	d, err := duration.Parse(value)
	if err != nil || d > 24*time.Hour {
		return fault.New(fault.Unprocessable, "%q is no time for catch_up", value).In("catch_up").
			Try(`write a duration up to 24h, such as "10m", or "0s" to send a backlog at once`)
	}
	s.CatchUp = d
	return nil
}

// standardReconcile is how often a platform is asked for missed orders unless
// the shop says otherwise.
const standardReconcile = 5 * time.Minute

// Reconcile gives how often the platform is asked what happened, and whether at all.
func (s Settings) Reconcile() (every time.Duration, on bool) {
	if s.ReconcileEvery == 0 {
		return standardReconcile, true
	}
	return s.ReconcileEvery, s.ReconcileEvery > 0
}

func (s *Settings) setReconcile(value string) error {
	if value == "off" {
		s.ReconcileEvery = -1
		return nil
	}
	d, err := duration.Parse(value)
	if err != nil || d < 30*time.Second || d > 24*time.Hour {
		return fault.New(fault.Unprocessable, "%q is no time for reconcile_every", value).In("reconcile_every").
			Try(`write "off" or a duration from 30s to 24h, such as "5m"`)
	}
	if s.ReconcileEvery = d; d == standardReconcile {
		s.ReconcileEvery = 0
	}
	return nil
}

func (s Settings) reconcileText() string {
	every, on := s.Reconcile()
	if !on {
		return "off"
	}
	return duration.Format(every)
}

func (s *Settings) setSMSPrice(value string) error {
	p, err := money.ParsePrice(value)
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return f.In("sms_price")
	}
	s.SMSPrice = p
	return err
}

func (s *Settings) setConsentMode(value string) error {
	m := consent.Mode(value)
	if !slices.Contains([]consent.Mode{consent.OptIn, consent.SoftOptIn, consent.Off}, m) {
		return fault.New(fault.Unprocessable, "%q is no consent mode", value).In("consent_mode").Try("write opt_in, soft_opt_in or off")
	}
	s.ConsentMode = m
	return nil
}

func (s *Settings) setHoldout(value string) error {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || !(f >= 0 && f <= 0.5) { // so that NaN is refused
		return fault.New(fault.Unprocessable, "%q is no holdout share", value).In("holdout_share").Try("write a number from 0 to 0.5")
	}
	s.HoldoutShare = f
	return nil
}

func (s *Settings) setRestoreURL(value string) error {
	u, err := url.Parse(value)
	if value != "" && (err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https")) {
		return fault.New(fault.Unprocessable, "%q is no web address", value).In("restore_url").
			Try(`write an address with {cart} for the cart's id, such as "https://shop.example/cart?restore={cart}"`)
	}
	s.RestoreURL = value
	return nil
}

func (s *Settings) setQuiet(value string) error {
	q, err := consent.ParseQuiet(value)
	var f *fault.Error
	if errors.As(err, &f) {
		return f.In("quiet_hours")
	}
	s.QuietHours = q
	return err
}

func (s *Settings) setCap(value string) (err error) {
	s.FrequencyCap, err = ParseFrequency(value)
	return err
}

func (s *Settings) setDoubleOptIn(value string) (err error) {
	s.DoubleOptIn, err = ParseChannels(value)
	return err
}

// setSupportEmail takes one bare address, or nothing.
func (s *Settings) setSupportEmail(value string) error {
	value = strings.TrimSpace(event.Clean(value, 320))
	if a, err := mail.ParseAddress(value); value != "" && (err != nil || a.Address != value) {
		return fault.New(fault.Unprocessable, "%q is no email address", value).In("support_email").
			Try("write one address, such as help@shop.example, or leave it empty")
	}
	s.SupportEmail = value
	return nil
}

// Texts writes every setting as Set reads it.
func (s Settings) Texts() map[string]string {
	out := map[string]string{}
	for _, line := range Catalogue() {
		if line.Group != Facts {
			out[line.Name] = line.get(Shop{Settings: s})
		}
	}
	return out
}
