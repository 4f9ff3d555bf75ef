package shop

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Kind is what a setting's value looks like. Forms are drawn by it.
type Kind string

// The kinds of values.
const (
	// Line is one line of text, Lines several.
	Line  Kind = "line"
	Lines Kind = "lines"
	// Mail is an email address, Web a web address; both may be empty.
	Mail Kind = "mail"
	Web  Kind = "web"
	// Choice is one of Options.
	Choice Kind = "choice"
	// Window is "off" or a span of the day such as 21:00-08:00.
	Window Kind = "window"
	// Span is a duration such as 30m, 2h or 3d.
	Span Kind = "span"
	// Fraction is a number from 0 to 1.
	Fraction Kind = "fraction"
)

// Group is a part of the settings that is looked at and changed together.
type Group string

// The groups.
const (
	// Facts are what a shop is: they are given when it is made.
	Facts Group = "facts"
	// Voice is how the shop appears in messages.
	Voice Group = "voice"
	// Sending is when and to whom messages leave.
	Sending Group = "sending"
	// Permission is what is asked of shoppers first.
	Permission Group = "permission"
	// Measure is how success is measured.
	Measure Group = "measure"
	// Keeping is how long what is kept.
	Keeping Group = "keeping"
	// Storefront is the script on the shop's own pages.
	Storefront Group = "storefront"
)

// Option is one value of a Choice, with what it means.
type Option struct {
	Value, Label string
}

// Setting is one line of the table of everything a merchant may change. The
// command line, the API and the pages are all driven by it.
type Setting struct {
	// Name is what `shop set`, the API and the audit log call it.
	Name  string
	Group Group
	// Label is its name for people, Help what it does and what to mind.
	Label, Help string
	Kind        Kind
	// Options are a Choice's values.
	Options []Option
	// Range says which values are allowed, "" where Options or Kind say it;
	// Example is one of them.
	Range, Example string
	set            func(*Shop, string) error
	get            func(Shop) string
}

// Default is a new shop's value; "" for facts, which have none.
func (s Setting) Default() string {
	if s.Group == Facts {
		return ""
	}
	return s.get(Shop{Settings: Defaults()})
}

// Of gives a shop's value as Set reads it.
func (s Setting) Of(sh Shop) string { return s.get(sh) }

// Catalogue gives every setting, in the order in which people read them.
func Catalogue() []Setting {
	return slices.Concat(facts(), voice(), sending(), permission(), measure(), storefront(), keeping())
}

// Set changes one fact or setting from its text. Facts are only brought into
// form: Validate says what is wrong with them, all at once.
func (s *Shop) Set(name, value string) error {
	for _, line := range Catalogue() {
		if line.Name == name {
			changed := *s
			err := line.set(&changed, value)
			if err == nil {
				*s = changed
			}
			return err
		}
	}
	return fault.New(fault.Unprocessable, "there is no setting %q", name).In(name).
		Try("the settings are " + strings.Join(slices.Concat(FactNames(), SettingNames(), Credentials), ", "))
}

// FactNames are the names of a shop's own facts.
func FactNames() []string { return namesOf(func(g Group) bool { return g == Facts }) }

// SettingNames are the names that Settings.Set takes and Texts gives.
func SettingNames() []string { return namesOf(func(g Group) bool { return g != Facts }) }

func namesOf(wanted func(Group) bool) []string {
	var out []string
	for _, line := range Catalogue() {
		if wanted(line.Group) {
			out = append(out, line.Name)
		}
	}
	return out
}

// of makes a setting's functions from those on Settings.
func (s Setting) of(set func(*Settings, string) error, get func(Settings) string) Setting {
	s.set = func(sh *Shop, value string) error { return set(&sh.Settings, value) }
	s.get = func(sh Shop) string { return get(sh.Settings) }
	return s
}

// chosen makes the functions of a choice that is kept as its text; the first
// option is the default and kept as "".
func (s Setting) chosen(field func(*Settings) *string) Setting {
	options := s.Options
	return s.of(func(to *Settings, value string) error {
		at := slices.IndexFunc(options, func(o Option) bool { return o.Value == value })
		if at < 0 {
			return fault.New(fault.Unprocessable, "%q is none of the choices", value).In(s.Name).Try("write " + choices(options))
		}
		if *field(to) = value; at == 0 {
			*field(to) = ""
		}
		return nil
	}, func(of Settings) string {
		if v := *field(&of); v != "" {
			return v
		}
		return options[0].Value
	})
}

func choices(options []Option) string {
	var names []string
	for _, o := range options {
		names = append(names, o.Value)
	}
	return strings.Join(names, " or ")
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// switched makes the functions of a setting that is on or off.
func (s Setting) switched(field func(*Settings) *bool, inverse bool) Setting {
	return s.of(func(to *Settings, value string) error {
		if value != "on" && value != "off" {
			return fault.New(fault.Unprocessable, "%q is neither on nor off", value).In(s.Name).Try("write on or off")
		}
		*field(to) = (value == "on") != inverse
		return nil
	}, func(of Settings) string { return onOff(*field(&of) != inverse) })
}

// cleaned makes the functions of a text of at most so many bytes.
func (s Setting) cleaned(field func(*Settings) *string, most int) Setting {
	return s.of(func(to *Settings, value string) error {
		*field(to) = event.Clean(value, most)
		return nil
	}, func(of Settings) string { return *field(&of) })
}

func voice() []Setting {
	return []Setting{
		Setting{Name: "sender_name", Group: Voice, Kind: Line, Label: "Sender name", Example: "Ana from Atelier Nord",
			Help: "The name beside the address of your emails. Empty: the shop’s name.", Range: "up to 200 characters",
		}.cleaned(func(s *Settings) *string { return &s.SenderName }, 200),
		Setting{Name: "support_email", Group: Voice, Kind: Mail, Label: "Support email", Example: "help@shop.example",
			Help: "Answers to your emails go here, and templates may name it.",
		}.of((*Settings).setSupportEmail, func(s Settings) string { return s.SupportEmail }),
		Setting{Name: "address", Group: Voice, Kind: Lines, Label: "Postal address", Example: "1 rue du Port, 44000 Nantes, France",
			Help: "It stands at the foot of every email. The law of most countries asks for it.", Range: "up to 1,000 characters",
		}.cleaned(func(s *Settings) *string { return &s.Address }, 1000),
		Setting{Name: "restore_url", Group: Voice, Kind: Web, Label: "Where a cart is taken up again", Example: "https://shop.example/cart?restore={cart}",
			Help: "Needed only where your platform gives no address for it. {cart} stands for the cart’s id, {token} for its contents, signed with your webhook secret, {coupon} for its code. Empty: the cart page of your domain.",
		}.of((*Settings).setRestoreURL, func(s Settings) string { return s.RestoreURL }),
	}
}

func sending() []Setting {
	return []Setting{
		Setting{Name: "sending", Group: Sending, Kind: Choice, Label: "Messages leave", Options: []Option{{"on", "Yes"}, {"off", "No, hold everything"}},
			Help: "Off holds all messages of this shop. Events are still taken in, and what comes due meanwhile is skipped, not sent later.",
		}.switched(func(s *Settings) *bool { return &s.Paused }, true),
		Setting{Name: "abandon_after", Group: Sending, Kind: Span, Label: "A cart counts as abandoned after", Range: "1s to 30d", Example: "30m",
			Help: "How long nothing happens in it. The steps of a sequence count from the same moment: the cart’s last activity.",
		}.of((*Settings).setAbandonAfter, func(s Settings) string { return duration.Format(s.AbandonAfter) }),
		Setting{Name: "quiet_hours", Group: Sending, Kind: Window, Label: "Quiet hours", Example: "21:00-08:00",
			Help: "Nothing is sent between these times, by the clock of where the shopper is. What comes due then waits for the end, if its step allows. The law’s own hours hold besides.",
		}.of((*Settings).setQuiet, func(s Settings) string { return s.QuietHours.String() }),
		Setting{Name: "frequency_cap", Group: Sending, Kind: Line, Label: "At most so many messages to one shopper", Example: "12 per 7d",
			Range: "“off”, or 1 to 1,000 in up to 90d", Help: "Over all channels and sequences together: a net for when several sequences meet the same person.",
		}.of((*Settings).setCap, func(s Settings) string { return s.FrequencyCap.String() }),
		Setting{Name: "rest_after_order", Group: Sending, Kind: Span, Label: "Rest after an order", Range: "0s to 365d", Example: "3d",
			Help: "For so long nothing is written to somebody who has just bought. 0s is no rest.",
		}.of((*Settings).setRest, func(s Settings) string { return duration.Format(s.RestAfterOrder) }),
		Setting{Name: "warm_up", Group: Sending, Kind: Choice, Label: "Warm up a new email domain", Options: []Option{{"on", "Yes, start slowly"}, {"off", "No"}},
			Help: "Mailbox providers distrust a sender they have never seen who begins with thousands. On, the first days send less, and more from day to day.",
		}.switched(func(s *Settings) *bool { return &s.WarmUp }, false),
		Setting{Name: "reconcile_every", Group: Sending, Kind: Line, Label: "Ask the platform for missed orders every", Range: "“off”, or 30s to 24h", Example: "5m",
			Help: "Webhooks get lost. With the account of your platform’s API set, orders that were never announced are found so, and their carts left in peace.",
		}.of((*Settings).setReconcile, Settings.reconcileText),
		Setting{Name: "sold_out", Group: Sending, Kind: Choice, Label: "Things that are sold out meanwhile", Options: []Option{
			{"leave_out", "Leave them out; without any left, write nothing"}, {"skip", "Write nothing"}, {"show", "Show them all the same"},
		}, Help: "Asked of your platform just before a message is written, where it can be asked.",
		}.chosen(func(s *Settings) *string { return &s.SoldOut }),
		Setting{Name: "price_changes", Group: Sending, Kind: Choice, Label: "Prices that changed meanwhile", Options: []Option{
			{"current", "Show today’s prices"}, {"skip_dearer", "Show today’s, but write nothing where one has risen"}, {"keep", "Show the prices the shopper saw"},
		}, Help: "Templates know the old price as item.was where it differs. To show a price that is not asked any more is misleading in most countries.",
		}.chosen(func(s *Settings) *string { return &s.PriceChanges }),
		Setting{Name: "catch_up", Group: Sending, Kind: Span, Label: "Spread a backlog over", Range: "0s to 24h", Example: "10m",
			Help: "After an outage the messages that waited leave spread over this time. 0s sends them at once.",
		}.of((*Settings).setCatchUp, func(s Settings) string { return duration.Format(s.CatchUp) }),
		Setting{Name: "offers_every", Group: Sending, Kind: Line, Label: "An offer to the same shopper at most every", Range: "“off”, or 1h to 365d", Example: "30d",
			Help: "Who was made an offer for one cart is made none for another within this time: that step is skipped, so that nobody learns to leave carts for codes.",
		}.of((*Settings).setOffersEvery, Settings.offersEveryText),
		Setting{Name: "sms_price", Group: Sending, Kind: Line, Label: "Price of one SMS segment", Example: "0.0079 USD", Range: "empty, or up to 1000 with at most 6 decimals and a currency",
			Help: "Your own number, from your SMS provider’s price list. The preview of a text shows what it costs by it. Prices differ by country and network: take the country you write to most.",
		}.of((*Settings).setSMSPrice, func(s Settings) string { return s.SMSPrice.String() }),
	}
}

func permission() []Setting {
	return []Setting{
		Setting{Name: "consent_mode", Group: Permission, Kind: Choice, Label: "Who may be written to", Options: []Option{
			{string(consent.OptIn), "Only who said yes"}, {string(consent.SoftOptIn), "Also customers, where their law allows it"}, {string(consent.Off), "Everybody who has not said no, where their law allows it"},
		}, Help: "The law where the shopper lives holds besides: where it asks for a yes, no choice here replaces one. A no always counts.",
		}.of((*Settings).setConsentMode, func(s Settings) string { return string(s.ConsentMode) }),
		Setting{Name: "double_opt_in", Group: Permission, Kind: Choice, Label: "Ask for a confirmation", Options: []Option{
			{"off", "Only where the law asks for it"}, {"email", "For email"}, {"sms", "For SMS"}, {"email,sms", "For email and SMS"},
		}, Help: "A yes then counts only once the address itself has confirmed it (double opt-in). Cartograph asks, once.",
		}.of((*Settings).setDoubleOptIn, func(s Settings) string { return s.DoubleOptIn.String() }),
		Setting{Name: "consent_names", Group: Permission, Kind: Line, Label: "What your own forms name", Example: "cart_reminders", Range: "names of small letters and _, separated by commas",
			Help: "Some laws ask that the words beside the tick box name cart reminders. If yours do, write cart_reminders.",
		}.of((*Settings).setConsentNames, func(s Settings) string { return s.ConsentNames }),
	}
}

func measure() []Setting {
	return []Setting{
		Setting{Name: "holdout_share", Group: Measure, Kind: Fraction, Label: "Share deliberately not written to", Range: "0 to 0.5", Example: "0.1",
			Help: "These shoppers show what would have come back by itself. 0.1 is one in ten; 0 measures nothing.",
		}.of((*Settings).setHoldout, func(s Settings) string { return strconv.FormatFloat(s.HoldoutShare, 'f', -1, 64) }),
	}
}
