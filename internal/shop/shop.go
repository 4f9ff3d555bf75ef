// Package shop is the tenant: one merchant's store, its settings, secrets and
// keys. Everything in the database belongs to one.
package shop

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// Shop is one tenant.
type Shop struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Platform is the adapter's name; other platforms' webhooks are refused for this shop, except generic.
	Platform string `json:"platform"`
	// Domain is the shop's host as the platform signs it ("x.myshopify.com").
	Domain string `json:"domain"`
	// Currency is ISO 4217, TimeZone IANA, Locale BCP 47, Country ISO 3166-1 alpha-2.
	Currency string `json:"currency"`
	TimeZone string `json:"timezone"`
	Locale   string `json:"locale"`
	Country  string `json:"country"`
	// Settings are what a merchant may change.
	Settings Settings `json:"settings"`
	// ActivatedAt: steps that were due before are never sent (promise 6).
	ActivatedAt time.Time `json:"activated_at"`
	CreatedAt   time.Time `json:"created_at"`
}

// Settings are a shop's options, as `shop create --set` and the file call them.
type Settings struct {
	// AbandonAfter is how long without activity makes a cart abandoned.
	AbandonAfter time.Duration `json:"abandon_after"`
	ConsentMode  consent.Mode  `json:"consent_mode"`
	// QuietHours is the window in which nothing is sent, in the shopper's zone; zero for none.
	QuietHours consent.Quiet `json:"quiet_hours"`
	// CatchUp is the longest time over which the backlog of an outage is spread; zero sends it at once.
	CatchUp time.Duration `json:"catch_up"`
	// FrequencyCap bounds the messages to one shopper over all channels and sequences;
	// RestAfterOrder is how long after an order nothing is written to them.
	FrequencyCap   Frequency     `json:"frequency_cap"`
	RestAfterOrder time.Duration `json:"rest_after_order"`
	// DoubleOptIn are the channels on which a yes counts only once the address has
	// confirmed it, beyond those where the law asks for it anyway.
	DoubleOptIn Channels `json:"double_opt_in"`
	// ConsentNames is what the wording of the shop's own forms names, separated by
	// commas ("cart_reminders"), as the merchant states it.
	ConsentNames string `json:"consent_names"`
	// WarmUp lets a sender that mailbox providers do not know yet grow slowly from day to day.
	WarmUp bool `json:"warm_up"`
	// SMSPrice is what one segment of a text message costs the merchant, as they
	// state it; without a currency where they did not. Nothing is decided by it.
	SMSPrice money.Price `json:"sms_price"`
	// OffersEvery is how long after an offer a shopper is made none for another cart: 0 is
	// the standard, below 0 does not ask (see OfferRest).
	OffersEvery time.Duration `json:"offers_every,omitempty"`
	// HoldoutShare is the part of enrollments deliberately not written to, 0 to 0.5.
	HoldoutShare float64 `json:"holdout_share"`
	// SenderName shows as the email sender; empty: the shop's name.
	SenderName string `json:"sender_name"`
	// SupportEmail is the reply-to, Address the postal address in the footer.
	SupportEmail string `json:"support_email"`
	Address      string `json:"address"`
	// RestoreURL is where a cart without a platform recovery URL is taken up again, with
	// {cart} for its id, {token} for what is in it, signed, and {coupon}; empty: https://domain/cart.
	RestoreURL string `json:"restore_url"`
	// ReconcileEvery is how often the platform is asked for missed orders: 0 is the
	// standard, below 0 never (see Reconcile).
	ReconcileEvery time.Duration `json:"reconcile_every,omitempty"`
	// SoldOut and PriceChanges say what becomes of things that are sold out, and of
	// prices that changed, since the shopper chose them; "" is the first choice.
	SoldOut      string `json:"sold_out,omitempty"`
	PriceChanges string `json:"price_changes,omitempty"`
	// Paused is true while no message leaves at all: the merchant said so, or the platform that the shop has gone.
	Paused bool `json:"paused,omitempty"`
	// PixelConsent is what the script on the shop's pages waits for (see PixelMode); PixelOrigins are
	// further hosts of those pages, separated by commas.
	PixelConsent PixelConsent `json:"pixel_consent,omitempty"`
	PixelOrigins string       `json:"pixel_origins,omitempty"`
	// Retention is how long what is kept, where it differs from the default (see Keeps).
	Retention Retention `json:"retention,omitempty"`
}
