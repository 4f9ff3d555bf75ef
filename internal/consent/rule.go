// # Names of rules
//
// A rule's name says what let a message through or held it back. Names are
// stored with decisions and shown to merchants in words, so they never change
// their meaning. Those of the law and of frequency:
//
//	law.hours           deferred  outside the hours in which the recipient's law lets one write
//	law.sunday          deferred  it is a Sunday there, and the law closes Sundays
//	law.weekday         deferred  the law closes this other day of the week
//	law.holiday         deferred  it is a public holiday there, and the law closes those
//	law.no_hour         final     within eight days no hour is allowed in every zone the shopper may be in
//	law.day_cap         deferred  the law's number of messages a shopper may get in 24 hours is used up
//	law.once_per_cart   final     this cart has had all the messages of this channel that the law allows
//	law.too_late        final     too long since the cart was abandoned
//	law.express_consent final     only the shopper's own recorded yes is enough here
//	law.double_opt_in   final     the yes was not confirmed by the address itself
//	law.consent_wording final     the yes does not name what would be sent
//	quiet_hours         deferred  the shop's own quiet hours; with no instant: they leave nothing of the law's hours
//	frequency.cap       deferred  the shopper has had as many messages as the shop allows in its rolling window
//	frequency.rest      deferred  the shopper has ordered a short while ago
//	messenger.window_closed final the shopper has not written to the page within Messenger's window
package consent

// The names of the rules of this file's table.
const (
	RuleHours          = "law.hours"
	RuleSunday         = "law.sunday"
	RuleWeekday        = "law.weekday"
	RuleHoliday        = "law.holiday"
	RuleNoHour         = "law.no_hour"
	RuleDayCap         = "law.day_cap"
	RuleOncePerCart    = "law.once_per_cart"
	RuleTooLate        = "law.too_late"
	RuleExpressConsent = "law.express_consent"
	RuleDoubleOptIn    = "law.double_opt_in"
	RuleConsentWording = "law.consent_wording"
	RuleQuietHours     = "quiet_hours"
	RuleFrequencyCap   = "frequency.cap"
	RuleFrequencyRest  = "frequency.rest"
	RuleWindowClosed   = "messenger.window_closed"
)
