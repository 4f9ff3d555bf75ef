package shop

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
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

// Credentials are the names a shop's own provider accounts are stored under.
var Credentials = []string{
	"sendgrid_api_key", "sendgrid_webhook_public_key", "email_from",
	"twilio_account_sid", "twilio_auth_token", "twilio_from",
	"messenger_page_id", "messenger_page_token", "messenger_app_secret", "messenger_verify_token",
}

// settingNames are what Set takes, in the order the docs list them.
var settingNames = []string{
	"abandon_after", "consent_mode", "quiet_hours", "frequency_cap", "rest_after_order", "double_opt_in", "consent_names", "warm_up", "holdout_share", "catch_up", "sender_name", "support_email", "address", "restore_url",
}

// Set changes one setting from its text; an unknown name or a value that makes
// no sense is fault.Unprocessable with what would.
func (s *Settings) Set(name, value string) error {
	if isKept(name) {
		return s.setKept(Kept(name), value)
	}
	switch name {
	case "sending":
		return s.setSending(value)
	case "abandon_after":
		return s.setAbandonAfter(value)
	case "consent_mode":
		return s.setConsentMode(value)
	case "quiet_hours":
		q, err := consent.ParseQuiet(value)
		s.QuietHours = q
		return err
	case "holdout_share":
		return s.setHoldout(value)
	case "catch_up":
		return s.setCatchUp(value)
	case "frequency_cap":
		f, err := ParseFrequency(value)
		if err == nil {
			s.FrequencyCap = f
		}
		return err
	case "rest_after_order":
		return s.setRest(value)
	case "double_opt_in":
		c, err := ParseChannels(value)
		if err == nil {
			s.DoubleOptIn = c
		}
		return err
	case "warm_up":
		if value != "on" && value != "off" {
			return fault.New(fault.Unprocessable, "%q is no value for warm_up", value).In("warm_up").Try("write on or off")
		}
		s.WarmUp = value == "on"
	case "consent_names":
		return s.setConsentNames(value)
	case "restore_url":
		return s.setRestoreURL(value)
	case "sender_name":
		s.SenderName = event.Clean(value, 200)
	case "support_email":
		s.SupportEmail = event.Clean(value, 320)
	case "address":
		s.Address = event.Clean(value, 1000)
	default:
		return fault.New(fault.Unprocessable, "there is no setting %q", name).In(name).
			Try("the settings are " + strings.Join(slices.Concat(SettingNames(), Credentials), ", "))
	}
	return nil
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

// SettingNames are the names that Set takes and Texts gives.
func SettingNames() []string { return slices.Concat(settingNames, privacyNames()) }

// Texts writes every setting as Set reads it.
func (s Settings) Texts() map[string]string {
	out := map[string]string{
		"abandon_after": duration.Format(s.AbandonAfter), "consent_mode": string(s.ConsentMode), "quiet_hours": s.QuietHours.String(),
		"holdout_share": strconv.FormatFloat(s.HoldoutShare, 'f', -1, 64), "sender_name": s.SenderName,
		"frequency_cap": s.FrequencyCap.String(), "rest_after_order": duration.Format(s.RestAfterOrder),
		"double_opt_in": s.DoubleOptIn.String(), "consent_names": s.ConsentNames, "warm_up": map[bool]string{true: "on", false: "off"}[s.WarmUp],
		"catch_up": duration.Format(s.CatchUp), "support_email": s.SupportEmail, "address": s.Address, "restore_url": s.RestoreURL,
	}
	maps.Copy(out, s.privacyTexts())
	return out
}
