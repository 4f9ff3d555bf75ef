package storefront

import (
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

var english = texts{
	Dir: "ltr", SomeShop: "The shop", HelpLead: "Questions? Write to", VisitShop: "Go to {shop}",

	CartTitle: "Your cart is still here", CartLead: "{shop} kept what you picked. Nothing is bought until you say so.",
	CartButton: "Take me to my cart", CartGoing: "Taking you to your cart …", CartTotal: "Total",
	CartKept:     "{shop} kept your cart. The button takes you straight back to it.",
	OrderedTitle: "You already ordered this", OrderedLead: "Thank you! This cart became an order at {shop}, so there is nothing left to do here.",
	EmptyTitle: "This cart is empty", EmptyLead: "The items were taken out since we wrote to you, so there is nothing to bring back.",
	GoneTitle: "{shop} no longer has this cart", GoneLead: "Carts are kept there for a limited time. This is what was in it, so that you can find it again.",
	ExpiredTitle: "This link is too old", ExpiredLead: "Links like this one work for a limited time. Your cart may still be waiting at {shop} itself.",
	UnknownTitle: "This link leads nowhere", UnknownLead: "It may have been cut off when it was copied, or it is no longer in use. Try the link in the message again.",
	TroubleTitle: "That did not work", TroubleLead: "Something went wrong on our side and nothing was changed. Please try again in a minute.",
	RefusedTitle: "That cannot be done here", RefusedLead: "Nothing was changed. To hear from {shop} on this channel, say so in its checkout or in your account there.",

	StopTitle: "Stop these messages?", StopButton: "Unsubscribe", StopAll: "Stop all messages from this shop",
	StopAllNote: "By email, text message and Messenger. News about an order you placed is not affected.",
	StoppedLead: "You have already stopped these. You can still stop everything else from {shop}.",
	StopLead: perChannel{
		event.Email: "Press the button, and {shop} will send no more emails to {address} about carts.", event.SMS: "Press the button, and {shop} will send no more text messages to {address} about carts.",
		event.Messenger: "Press the button, and {shop} will send you no more Messenger messages about carts.",
	},
	DoneTitle: "Done", DoneAll: "{shop} will not send you any messages about carts any more.",
	DoneNote: "It counts from now on. A message that was already on its way may still arrive.", DoneBack: "See all your choices",
	DoneChannel: perChannel{
		event.Email: "{shop} will not send you emails about carts any more.", event.SMS: "{shop} will not send you text messages about carts any more.",
		event.Messenger: "{shop} will not send you Messenger messages about carts any more.",
	},
	DoneAllowed: perChannel{
		event.Email: "{shop} may write to you by email about carts again.", event.SMS: "{shop} may send you text messages about carts again.",
		event.Messenger: "{shop} may write to you on Messenger about carts again.",
	},

	ChoicesTitle: "Your choices, channel by channel", ChoiceYes: "You said yes", ChoiceNo: "Stopped", ChoiceUnknown: "You have not been asked",
	ChoiceStop: "Stop", ChoiceAllow: "I agree: allow again", ChoiceAllowTitle: "Changed your mind?",
	ChoiceElsewhere: "You can only allow this channel at {shop} itself.",
	ChoiceStart:     "If you answered STOP to a text before, also send START to the same number.",
	Channels:        perChannel{event.Email: "Email", event.SMS: "Text message", event.Messenger: "Messenger"},
	Agree: perChannel{
		event.Email:     "Yes, {shop} may send me automated emails at this address about carts I left in the shop, offers included. I can stop this at any time.",
		event.SMS:       "Yes, {shop} may send me automated marketing text messages at this number, cart reminders included. Agreeing is no condition of buying anything. Message and data rates may apply. I can stop this at any time by answering STOP.",
		event.Messenger: "Yes, {shop} may send me automated messages on Messenger about carts I left in the shop, offers included. I can stop this at any time.",
	},
	Blocked: map[string]string{
		"": "Stopped by the provider that delivers the messages", "bounced": "Stopped: an earlier message could not be delivered",
		"complained": "Stopped: a message was marked as spam", "invalid_address": "Stopped: the address does not exist",
		"blocked": "Stopped: you blocked the sender",
	},

	WhyTitle: "Why did I get this?", WhyMessage: "Why this message", WhyCart: "Your last activity in the cart was on {date}.",
	WhyStep: perChannel{
		event.Email:     "On {date}, {shop} wrote to you by email. It was step {step} of the reminders about this cart.",
		event.SMS:       "On {date}, {shop} wrote to you by text message. It was step {step} of the reminders about this cart.",
		event.Messenger: "On {date}, {shop} wrote to you on Messenger. It was step {step} of the reminders about this cart.",
	},
	WhyAsked: perChannel{
		event.Email:     "On {date}, {shop} asked you by email to confirm your yes.",
		event.SMS:       "On {date}, {shop} asked you by text message to confirm your yes.",
		event.Messenger: "On {date}, {shop} asked you on Messenger to confirm your yes.",
	},
	WhyLook:       "Right before the message left, a program looked once more: nothing in this cart had been ordered, and neither your choices nor the rules below forbade it.",
	WhyPermission: "Under which permission", WhySays: "{shop} may write to you: {reason}.", WhyGiven: "Given:", WhyGivenBy: "Recorded:", WhyOn: "{source}, {date}",
	WhyWording: "In these words:", Quoted: "“{words}”", WhyRule: "Name of the rule in the records:",
	Permissions: journey.ForShoppers(),
	Sources: map[string]string{
		"preference page": "on the page behind the link in a message", "unsubscribe page": "on the unsubscribe page", "keyword start": "by answering START",
		"confirmation page": "by confirming the address", "import": "in a list that the shop brought along", "shopify checkout": "in the shop’s checkout",
		"checkout": "in the shop’s checkout", "api": "told by the shop’s own system",
	},
	Evidence: map[string]string{
		"event": "the shop’s own system reported it", "message": "it was said on a page opened from a message to you",
		"import": "it stands in a list that the shop imported", "inbound": "you wrote it in a message",
	},
	WhyLaw: "Which rules apply", WhyPlace: "Taken for where you are: {country}.", WhyNowhere: "Where you are is not known, so the careful general rules apply.",
	LawOf: perChannel{
		event.Email: "For emails about carts, the law where you are asks:", event.SMS: "For text messages about carts, the law and the carriers where you are ask:",
		event.Messenger: "For messages on Messenger, Meta’s rules and the law ask:",
	},
	LawExpress: "You must have said yes yourself.", LawSoft: "A yes of yours, or an earlier purchase without objection.", LawDouble: "The yes must be confirmed from the address itself.",
	LawNamed: "The yes must have named cart reminders.", LawAlways: "They may arrive at any time of day.", LawHours: "By your clock, they may arrive at these times only: {hours}.", LawHolidays: "They may not arrive on public holidays.",
	LawPerCart: "At most {n} for one cart.", LawPerDay: "At most {n} in 24 hours.", LawWithin: "Not later than {n} hours after the cart was left.",
	LawWindow: "Only within {n} hours of your own last message to the shop.", WhySource: "Source: {source}; last checked on {date}. This is a summary, not legal advice.",
	WhyKnown: "What is known about you", WhyFrom: "All of it comes from the systems of {shop} ({platform}) and from your own answers. Nothing was bought from anybody.",
	WhyTold:   "Addresses are shown in part, since a link can be passed on.",
	KnownName: "Name", KnownCountry: "Country", KnownDevice: "Device", KnownLanguage: "Language", KnownSince: "Known since", KnownCart: "In the cart",
	WhyStopTitle: "How to stop it", WhyStop: "Stop these messages",
	Devices: map[string]string{"mobile": "phone", "tablet": "tablet", "desktop": "computer"},

	ConfirmTitle: "Please confirm", ConfirmButton: "Yes, I confirm", ConfirmAsks: "You confirm:",
	ConfirmIgnore: "If you did not ask for this, close this page. Nothing will be sent to you.",
	ConfirmLead: perChannel{
		event.Email: "Did you ask {shop} to write to you at {address}?", event.SMS: "Did you ask {shop} to send text messages to {address}?",
		event.Messenger: "Did you ask {shop} to write to you on Messenger?",
	},
	ConfirmedTitle: "Confirmed", ConfirmedNote: "You can stop this at any time by the link in every message.",
	ConfirmedLead: perChannel{
		event.Email: "Thank you. {shop} may write to you at {address} now.", event.SMS: "Thank you. {shop} may send text messages to {address} now.",
		event.Messenger: "Thank you. {shop} may write to you on Messenger now.",
	},

	Moment: "{day} {month} {year} at {time} {zone}", Day: "{day} {month} {year}",
	Months: "January February March April May June July August September October November December", Days: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
	Hour: "{hour}:{minute}", Span: "{from} to {to}", DaySpan: "{from} to {to}", Apart: "; ",
}
