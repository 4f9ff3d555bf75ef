package journey

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Meaning is what a rule says, for people. It is the one source of words for
// rules: the merchant's pages, the API and the shopper's page all read it.
type Meaning struct {
	// Clause says why, as the end of a sentence and without its full stop.
	Clause string
	// Remedy is what a merchant can do about it, as whole sentences; "" where nothing is wrong.
	Remedy string
	// Shopper is the clause as it is told to the shopper themselves; "" for rules they are never shown.
	Shopper string
}

// meanings hold every rule with a name of its own.
var meanings = map[string]Meaning{
	// Before any step: the cart and its sequence.
	"cart.nobody_known": {Clause: "no event of this cart named an email, phone or customer, so there is nobody to write to",
		Remedy: "Ask for the email early in the checkout, and send the customer or email with cart events."},
	"persona.none": {Clause: "no persona fits this cart, and none is the catch-all",
		Remedy: "Give the last persona no rule, so that it takes every cart the others leave."},
	"sequence.none": {Clause: "no live sequence matches this cart’s persona and stage",
		Remedy: "Publish a sequence for this persona, or one without a persona, which serves all."},
	"sequence.been_through": {Clause: "this cart has been through its sequence before, and nobody is written to twice by one sequence"},
	"sequence.paused": {Clause: "the sequence is paused",
		Remedy: "Resume the sequence on its page: steps that are still in time are sent then. Carts left while it is paused are not written to later."},
	"sequence.moved":      {Clause: "the cart was moved to a new version of its sequence, and goes on there"},
	"sequence.moved_past": {Clause: "the cart was moved to a new version of its sequence, and goes on behind this step: it had been through so much already"},
	"step.paused": {Clause: "this step is paused in the sequence’s published version",
		Remedy: "Take the pause off the step and publish the sequence again."},
	"sequence.entered": {Clause: "the cart entered a sequence"},
	"shop.before_activation": {Clause: "this happened before the shop was switched on, and stale messages are never sent",
		Remedy: "Nothing to do: carts that are left from now on are followed up."},

	"shop.paused": {Clause: "sending is switched off for this shop",
		Remedy: "Switch it on again with the setting sending=on. It was switched off by you, or because the platform said that the app was uninstalled."},

	// The cart itself.
	"cart.active":           {Clause: "the shopper was active again, so the step’s time counts anew"},
	"cart.contents_unknown": {Clause: "what is in the cart is not known", Remedy: "Let cart and checkout events carry their products."},
	"cart.emptied":          {Clause: "this cart was emptied"},
	"cart.deleted":          {Clause: "the shop’s platform deleted this cart"},
	"cart.superseded":       {Clause: "a newer cart of the same shopper took this one’s place"},
	"cart.ordered":          {Clause: "the cart was ordered before the message left"},
	"cart.completed":        {Clause: "the cart’s sequence was over before the message left"},
	"cart.expired":          {Clause: "nothing happened for so long that the cart is not followed up any more"},
	"cart.erased":           {Clause: "the shopper’s data was erased at their request, and they are not written to any more"},
	"cart.stopped":          {Clause: "somebody of the shop stopped the messages to this cart or its shopper"},
	"message.cancelled":     {Clause: "somebody of the shop cancelled the message before it left"},
	"cart.merged":           {Clause: "this cart turned out to be the same as another one, which carries its story on"},
	"cart.idle":             {Clause: "the cart counts as abandoned when it has been quiet for long enough"},
	"cart.idle_overdue": {Clause: "the cart has been quiet for long enough, and the engine has not come to it yet",
		Remedy: "Look whether a worker is running and its database answers: /readyz says so."},
	"cart.abandoned":    {Clause: "the cart counted as abandoned"},
	"cart.no_decision":  {Clause: "no decision about this cart is recorded"},
	"order.stored":      {Clause: "the shopper ordered"},
	"order.not_counted": {Clause: "the shopper ordered, by an order that never counts as a recovery"},

	// A step.
	"condition.error": {Clause: "the step’s condition could not be worked out for this cart",
		Remedy: "Mend the step’s condition (when) in the sequence and publish it again."},
	"condition.false": {Clause: "the step’s condition was not true for this cart"},
	"holdout": {Clause: "this shopper is held out: the control group is deliberately not written to",
		Remedy: "Set holdout_share to 0 if you want to measure nothing."},
	"quiet_hours":         {Clause: "it was within the quiet hours; the step waits until they end"},
	"quiet_hours.expired": {Clause: "the quiet hours ended after the message was no use any more", Remedy: "Give the step a longer max_late, or make the quiet hours shorter."},
	"frequency.cap":       {Clause: "the shopper has had as many messages as the shop allows in its window; the step waits"},
	"frequency.rest":      {Clause: "the shopper ordered a short while ago, and the shop leaves them in peace for a time"},
	"step.too_late": {Clause: "the step was later than it may be, and stale messages are never sent",
		Remedy: "If this happens often, look at the lateness on the overview and at whether a worker was running; a step’s max_late says how late it may be."},
	"catch_up": {Clause: "many messages had waited for an outage to end, and they are spread over a while instead of leaving all at once",
		Remedy: "The setting catch_up says how long that while may be."},
	"step.due":         {Clause: "the next message is due"},
	"step.overdue":     {Clause: "the next message is due, and the engine has not come to it yet", Remedy: "Look whether a worker is running and its database answers: /readyz says so."},
	"step.in_flight":   {Clause: "the message is on its way to its provider"},
	"template.error":   {Clause: "the template could not be filled in for this cart", Remedy: "Mend the template: it asks for something this cart does not have."},
	"template.missing": {Clause: "there is no template for the channel and language", Remedy: "Publish a template of this key for the channel; locale en serves every language."},

	// A step's offer.
	"offer.expired": {Clause: "what the step offers was promised to this cart before and is over by now; an offer’s end never moves",
		Remedy: "Let the step come sooner, or give the offer a longer valid_for: it counts from the first message that showed it."},
	"offer.none_left": {Clause: "no code was left in the step’s stock, and nothing is promised that cannot be given",
		Remedy: "Add codes to the stock on the page of codes, or with “cartograph offer import”."},
	"offer.recent": {Clause: "the shopper was made an offer for another cart a short while ago, and carts are not to be left for the sake of codes",
		Remedy: "The setting offers_every says how long that while is."},

	// May we write?
	"address.none":          {Clause: "no address is known for any of the step’s channels", Remedy: "Ask for the email or phone earlier, or let the step use another channel."},
	"channels.none_allowed": {Clause: "none of the step’s channels may be used for this shopper"},
	"consent.no":            {Clause: "the shopper said no to messages on this channel"},
	"consent.off":           {Clause: "the shop does not ask for consent, and the shopper did not say no", Shopper: "the shop’s own records say that it may"},
	"consent.soft_opt_in":   {Clause: "the shopper is a customer and did not object to email", Shopper: "you are a customer of this shop and did not object"},
	"consent.unknown": {Clause: "the shopper was never asked, and this shop only writes after a yes",
		Remedy: "Ask for consent in the checkout and send the answer with the events; where the law allows more, set consent_mode to soft_opt_in."},
	"consent.yes":             {Clause: "the shopper said yes to messages on this channel", Shopper: "you said yes to messages on this channel"},
	"messenger.window_closed": {Clause: "Messenger only allows a reply within a day, and the shopper has not written for longer", Remedy: "Let the step name another channel after messenger."},

	// The recipient's law.
	"law.hours":    {Clause: "it was outside the hours in which the recipient’s law allows such a message; the step waits for them"},
	"law.sunday":   {Clause: "it was a Sunday where the recipient is, and the law there closes Sundays; the step waits"},
	"law.weekday":  {Clause: "the law where the recipient is closes this day of the week; the step waits"},
	"law.holiday":  {Clause: "it was a public holiday where the recipient is, and the law there closes those; the step waits"},
	"law.no_hour":  {Clause: "there is no hour in the next days at which it is allowed everywhere the recipient may be", Remedy: "Send the customer’s address with its state, so that their time zone is known; or make the quiet hours shorter."},
	"law.day_cap":  {Clause: "the shopper has had as many messages as the law allows in 24 hours; the step waits"},
	"law.too_late": {Clause: "the cart was abandoned longer ago than the rules of the recipient’s country allow such a message", Remedy: "Give the sequence’s text messages an earlier time."},
	"law.once_per_cart": {Clause: "this cart has had the one message on this channel that the rules of the recipient’s country allow",
		Remedy: "Let later steps name email first."},
	"law.express_consent": {Clause: "the recipient’s law asks for their own recorded yes, and there is none",
		Remedy: "Ask for consent in the checkout and send the answer with the events; the setting consent_mode cannot replace it there."},
	"law.double_opt_in": {Clause: "the yes was not confirmed by the address itself, and nobody can prove it",
		Remedy: "Cartograph asks for the confirmation by itself; a yes that your platform has confirmed can say so (confirmed: true)."},
	"law.consent_wording": {Clause: "the yes does not name reminders about carts, which the rules of the recipient’s country ask for",
		Remedy: "Name cart reminders in your opt-in’s wording, and say so with the setting consent_names."},
	"consent.confirmation":       {Clause: "the shopper was asked to confirm that the address is theirs and may be written to", Shopper: "you said yes to messages, and this one asks you to confirm it"},
	"consent.confirmation_waits": {Clause: "the shopper was asked to confirm their yes; the step waits for the answer"},

	// The shop's name as a sender.
	"reputation.complaints": {Clause: "too many shoppers marked this shop’s email as spam lately; email rests so that the rest still arrives",
		Remedy: "Look at who is written to and under which consent. When that is mended: cartograph shop lift."},
	"reputation.bounces": {Clause: "too many of this shop’s emails bounced lately; email rests so that the rest still arrives",
		Remedy: "Look at where the addresses come from. When that is mended: cartograph shop lift."},
	"reputation.warm_up": {Clause: "this is as many emails as a new sender may send today; the rest wait for tomorrow",
		Remedy: "Set warm_up to off if your sending domain is known to mailbox providers already."},

	// The provider.
	"channel.misconfigured": {Clause: "the provider refused our account or sender", Remedy: "Mend the provider’s key and sender of this channel: “cartograph shop set” changes them."},
	"channel.paused": {Clause: "the channel is paused: its provider failed again and again and is given time",
		Remedy: "Look at the provider’s status and at the channel’s keys; the overview tells when it is tried again."},
	"channel.rejected": {Clause: "the provider refused the message for this address"},
	"provider.later":   {Clause: "the provider asked us to come back later, and the message waits"},
	"provider.later_than_max_late": {Clause: "the provider could not take the message before it was no use any more",
		Remedy: "Look at the provider’s status and limits; a longer max_late gives it more time."},
	"provider.unknown": {Clause: "it is not known whether the provider took the message, and it is never sent twice"},

	// What became of a message.
	"message.bounced":    {Clause: "the address refused the message"},
	"message.failed":     {Clause: "the provider took the message and could not deliver it"},
	"message.complained": {Clause: "the shopper marked the message as spam, and is not written to on this channel any more"},
	"message.unknown":    {Clause: "it is not known whether the message left; the provider’s own reports settle it"},
}

// families are rules whose name ends in a word that comes from elsewhere.
var families = []struct {
	prefix string
	mean   func(rest string) Meaning
}{
	{"order.matched.", func(by string) Meaning {
		return Meaning{Clause: "the shopper ordered; the order was matched by " + matchedBy(by)}
	}},
	{"suppressed.", func(why string) Meaning {
		return Meaning{Clause: "the address may not be written to any more: " + suppressedFor(why)}
	}},
	{"persona.", func(key string) Meaning { return Meaning{Clause: "the shopper looks like the persona " + key} }},
	{"sequence.ended.", func(reason string) Meaning { return Meaning{Clause: "the sequence ended: " + endedBy(reason)} }},
}

// expired ends the name of a rule that would have put a step off beyond its use.
const expired = ".expired"

// Mean gives a rule's meaning. A rule without words of its own is told by its name.
func Mean(rule string) Meaning {
	if m, ok := meanings[rule]; ok {
		return m
	}
	if m, ok := meanings[strings.TrimSuffix(rule, expired)]; ok {
		return inVain(m)
	}
	for _, f := range families {
		if rest, ok := strings.CutPrefix(rule, f.prefix); ok && rest != "" {
			return f.mean(rest)
		}
	}
	return Meaning{Clause: strings.NewReplacer("_", " ", ".", ": ").Replace(rule)}
}

// inVain gives the meaning of a rule whose end a step would have waited for in vain.
func inVain(m Meaning) Meaning {
	m.Clause = strings.TrimSuffix(strings.TrimSuffix(m.Clause, " for them"), "; the step waits") + ", and waiting would have made the message useless"
	return m
}

// Worded reports whether a rule has words of its own. A rule's prefix, up to and
// with its last dot, is worded when the whole family is.
func Worded(rule string) bool {
	_, named := meanings[rule]
	if _, base := meanings[strings.TrimSuffix(rule, expired)]; base {
		named = true
	}
	for _, f := range families {
		named = named || strings.HasPrefix(rule, f.prefix)
	}
	return named
}

// Said is a rule's meaning as a sentence.
func Said(rule string) string { return sentence(Mean(rule).Clause) }

// ForShoppers gives the rules that shoppers are told of, in words for them.
func ForShoppers() map[string]string {
	out := map[string]string{}
	for rule, m := range meanings {
		if m.Shopper != "" {
			out[rule] = m.Shopper
		}
	}
	return out
}

// sentence gives a clause a capital and a full stop.
func sentence(clause string) string {
	if clause == "" {
		return ""
	}
	return strings.ToUpper(clause[:1]) + clause[1:] + "."
}

// matchedBy names what an order and a cart have in common.
func matchedBy(by string) string {
	switch event.KeyKind(by) {
	case event.KeyCustomer:
		return "the customer’s number"
	case event.KeyEmail, event.KeyPhone:
		return "its " + by
	case event.KeyMessenger:
		return "the Messenger account"
	case event.KeyAnonymous:
		return "the same device"
	}
	switch by {
	case "link":
		return "the platform’s own id of cart or checkout"
	case "shopper":
		return "what is known of the shopper from elsewhere"
	}
	return "its " + by
}

// suppressedFor says why an address is suppressed.
func suppressedFor(why string) string {
	switch why {
	case "opted_out":
		return "the shopper opted out"
	case "bounced":
		return "an earlier message bounced"
	case "complained":
		return "the shopper marked a message as spam"
	case "invalid_address":
		return "the provider says that it does not exist"
	case "blocked":
		return "the shopper blocked the sender"
	case "stopped_by_shop":
		return "somebody of the shop stopped the messages to it"
	case "erased":
		return "the shopper was erased at their request, and has not said yes since"
	}
	return strings.ReplaceAll(why, "_", " ")
}

// endedBy says why a sequence ended.
func endedBy(reason string) string {
	switch reason {
	case "completed":
		return "every step has been decided"
	case "ordered":
		return "the shopper ordered"
	case "superseded":
		return "a newer cart of the shopper, or a better fitting sequence, took over"
	case "emptied":
		return "the cart was emptied"
	case "stopped":
		return "somebody of the shop stopped it"
	case "erased":
		return "the shopper’s data was erased at their request"
	}
	return strings.ReplaceAll(reason, "_", " ")
}
