package storefront

import "github.com/cartograph-dev/cartograph/internal/event"

var german = texts{
	Dir: "ltr", SomeShop: "Der Shop", HelpLead: "Fragen? Schreiben Sie an", VisitShop: "Weiter zu {shop}",

	CartTitle: "Ihr Warenkorb ist noch da", CartLead: "{shop} hat Ihre Auswahl aufgehoben. Gekauft wird erst, wenn Sie es sagen.",
	CartButton: "Zu meinem Warenkorb", CartGoing: "Ihr Warenkorb wird geöffnet …", CartTotal: "Summe",
	CartKept:     "{shop} hat Ihren Warenkorb aufgehoben. Der Knopf bringt Sie direkt dorthin zurück.",
	OrderedTitle: "Das haben Sie schon bestellt", OrderedLead: "Vielen Dank! Aus diesem Warenkorb ist eine Bestellung bei {shop} geworden; hier ist nichts mehr zu tun.",
	EmptyTitle: "Dieser Warenkorb ist leer", EmptyLead: "Die Artikel wurden seit unserer Nachricht herausgenommen; es gibt nichts wiederherzustellen.",
	GoneTitle: "Diesen Warenkorb gibt es bei {shop} nicht mehr", GoneLead: "Warenkörbe werden dort nur eine Zeit lang aufbewahrt. Das war darin, damit Sie es wiederfinden.",
	ExpiredTitle: "Dieser Link ist zu alt", ExpiredLead: "Solche Links gelten nur eine Zeit lang. Vielleicht wartet Ihr Warenkorb noch bei {shop} selbst.",
	UnknownTitle: "Dieser Link führt ins Leere", UnknownLead: "Vielleicht wurde er beim Kopieren abgeschnitten, oder er gilt nicht mehr. Versuchen Sie es noch einmal mit dem Link in der Nachricht.",
	TroubleTitle: "Das hat nicht geklappt", TroubleLead: "Auf unserer Seite ist etwas schiefgegangen; geändert wurde nichts. Bitte versuchen Sie es in einer Minute noch einmal.",
	RefusedTitle: "Das geht hier nicht", RefusedLead: "Geändert wurde nichts. Wenn Sie auf diesem Weg von {shop} hören möchten, sagen Sie es bitte dort an der Kasse oder in Ihrem Kundenkonto.",

	StopTitle: "Diese Nachrichten abbestellen?", StopButton: "Abmelden", StopAll: "Alle Nachrichten dieses Shops abbestellen",
	StopAllNote: "Per E-Mail, SMS und Messenger. Mitteilungen zu einer Bestellung, die Sie aufgegeben haben, sind nicht betroffen.",
	StoppedLead: "Diese Nachrichten haben Sie schon abbestellt. Sie können auch alle übrigen von {shop} abbestellen.",
	StopLead: perChannel{
		event.Email: "Ein Klick auf den Knopf, und {shop} schickt keine E-Mails zu Warenkörben mehr an {address}.", event.SMS: "Ein Klick auf den Knopf, und {shop} schickt keine SMS zu Warenkörben mehr an {address}.",
		event.Messenger: "Ein Klick auf den Knopf, und {shop} schreibt Ihnen über Messenger nicht mehr zu Warenkörben.",
	},
	DoneTitle: "Erledigt", DoneAll: "{shop} schickt Ihnen keine Nachrichten zu Warenkörben mehr.",
	DoneNote: "Das gilt ab sofort. Eine Nachricht, die schon unterwegs war, kann noch ankommen.", DoneBack: "Alle Ihre Einstellungen",
	DoneChannel: perChannel{
		event.Email: "{shop} schickt Ihnen keine E-Mails zu Warenkörben mehr.", event.SMS: "{shop} schickt Ihnen keine SMS zu Warenkörben mehr.",
		event.Messenger: "{shop} schreibt Ihnen über Messenger nicht mehr zu Warenkörben.",
	},
	DoneAllowed: perChannel{
		event.Email: "{shop} darf Ihnen wieder E-Mails zu Warenkörben schicken.", event.SMS: "{shop} darf Ihnen wieder SMS zu Warenkörben schicken.",
		event.Messenger: "{shop} darf Ihnen wieder über Messenger zu Warenkörben schreiben.",
	},

	ChoicesTitle: "Ihre Einstellungen, Kanal für Kanal", ChoiceYes: "Sie haben eingewilligt", ChoiceNo: "Abbestellt", ChoiceUnknown: "Sie wurden nicht gefragt",
	ChoiceStop: "Abbestellen", ChoiceAllow: "Ich willige ein: wieder erlauben", ChoiceAllowTitle: "Haben Sie es sich anders überlegt?",
	ChoiceElsewhere: "Diesen Kanal können Sie nur bei {shop} selbst erlauben.",
	ChoiceStart:     "Falls Sie schon einmal mit STOP auf eine SMS geantwortet haben, senden Sie bitte auch START an dieselbe Nummer.",
	Channels:        perChannel{event.Email: "E-Mail", event.SMS: "SMS", event.Messenger: "Messenger"},
	Agree: perChannel{
		event.Email:     "Ja, ich willige ein: {shop} darf mir an diese Adresse automatische Werbe-E-Mails zu Warenkörben schicken, die ich im Shop zurückgelassen habe, auch mit Angeboten. Ich kann diese Einwilligung jederzeit widerrufen.",
		event.SMS:       "Ja, ich willige ein: {shop} darf mir an diese Nummer automatische Werbe-SMS schicken, auch Erinnerungen an Warenkörbe. Die Einwilligung ist keine Bedingung für einen Kauf. Es können Gebühren des Mobilfunkanbieters anfallen. Ich kann sie jederzeit widerrufen, indem ich mit STOP antworte.",
		event.Messenger: "Ja, ich willige ein: {shop} darf mir über Messenger automatische Werbenachrichten zu Warenkörben schicken, die ich im Shop zurückgelassen habe, auch mit Angeboten. Ich kann diese Einwilligung jederzeit widerrufen.",
	},
	Blocked: map[string]string{
		"": "Eingestellt durch den Anbieter, der die Nachrichten zustellt", "bounced": "Eingestellt: Eine frühere Nachricht war nicht zustellbar",
		"complained": "Eingestellt: Eine Nachricht wurde als Spam markiert", "invalid_address": "Eingestellt: Die Adresse gibt es nicht",
		"blocked": "Eingestellt: Sie haben den Absender blockiert",
	},

	WhyTitle: "Warum habe ich das bekommen?", WhyMessage: "Warum diese Nachricht", WhyCart: "Zuletzt waren Sie am {date} in diesem Warenkorb aktiv.",
	WhyStep: perChannel{
		event.Email:     "Am {date} hat {shop} Ihnen eine E-Mail geschickt. Es war Schritt {step} der Erinnerungen an diesen Warenkorb.",
		event.SMS:       "Am {date} hat {shop} Ihnen eine SMS geschickt. Es war Schritt {step} der Erinnerungen an diesen Warenkorb.",
		event.Messenger: "Am {date} hat {shop} Ihnen über Messenger geschrieben. Es war Schritt {step} der Erinnerungen an diesen Warenkorb.",
	},
	WhyAsked: perChannel{
		event.Email:     "Am {date} hat {shop} Sie per E-Mail gebeten, Ihre Einwilligung zu bestätigen.",
		event.SMS:       "Am {date} hat {shop} Sie per SMS gebeten, Ihre Einwilligung zu bestätigen.",
		event.Messenger: "Am {date} hat {shop} Sie über Messenger gebeten, Ihre Einwilligung zu bestätigen.",
	},
	WhyLook:       "Unmittelbar vor dem Versand hat ein Programm noch einmal nachgesehen: Aus diesem Warenkorb war nichts bestellt, und weder Ihre Einstellungen noch die Regeln unten sprachen dagegen.",
	WhyPermission: "Auf welcher Grundlage", WhySays: "{shop} darf Ihnen schreiben: {reason}.", WhyGiven: "Erteilt:", WhyGivenBy: "Nachweis:", WhyOn: "{source}, am {date}",
	WhyWording: "Mit diesem Wortlaut:", Quoted: "„{words}“", WhyRule: "Name der Regel in den Aufzeichnungen:",
	Permissions: map[string]string{
		"consent.yes": "Sie haben in Nachrichten auf diesem Weg eingewilligt", "consent.off": "nach den eigenen Unterlagen des Shops ist es erlaubt",
		"consent.soft_opt_in":  "Sie sind Kundin oder Kunde dieses Shops und haben nicht widersprochen",
		"consent.confirmation": "Sie haben in Nachrichten eingewilligt, und diese hier bittet Sie, das zu bestätigen",
	},
	Sources: map[string]string{
		"preference page": "auf der Seite hinter dem Link einer Nachricht", "unsubscribe page": "auf der Abmeldeseite", "keyword start": "durch die Antwort START",
		"confirmation page": "durch Bestätigung der Adresse", "import": "in einer Liste, die der Shop mitgebracht hat", "shopify checkout": "an der Kasse des Shops",
		"checkout": "an der Kasse des Shops", "api": "vom System des Shops mitgeteilt",
	},
	Evidence: map[string]string{
		"event": "das System des Shops hat es gemeldet", "message": "es wurde auf einer Seite gesagt, die aus einer Nachricht an Sie geöffnet wurde",
		"import": "es steht in einer Liste, die der Shop eingelesen hat", "inbound": "Sie haben es in einer Nachricht geschrieben",
	},
	WhyLaw: "Welche Regeln gelten", WhyPlace: "Angenommenes Land: {country}.", WhyNowhere: "Ihr Land ist nicht bekannt; es gelten die vorsichtigen allgemeinen Regeln.",
	LawOf: perChannel{
		event.Email: "Für E-Mails zu Warenkörben verlangt das Recht an Ihrem Ort:", event.SMS: "Für SMS zu Warenkörben verlangen das Recht an Ihrem Ort und die Netzbetreiber:",
		event.Messenger: "Für Nachrichten über Messenger verlangen die Regeln von Meta und das Recht:",
	},
	LawExpress: "Sie müssen selbst ausdrücklich eingewilligt haben.", LawSoft: "Ihre Einwilligung oder ein früherer Kauf ohne Widerspruch.", LawDouble: "Die Einwilligung muss von der Adresse selbst aus bestätigt sein.",
	LawNamed: "Die Einwilligung muss Erinnerungen an Warenkörbe genannt haben.", LawAlways: "Sie dürfen zu jeder Tageszeit ankommen.", LawHours: "Sie dürfen nach Ihrer Ortszeit nur zu diesen Zeiten ankommen: {hours}.", LawHolidays: "An Feiertagen dürfen sie nicht ankommen.",
	LawPerCart: "Höchstens {n} je Warenkorb.", LawPerDay: "Höchstens {n} in 24 Stunden.", LawWithin: "Spätestens {n} Stunden, nachdem der Warenkorb zurückgelassen wurde.",
	LawWindow: "Nur innerhalb von {n} Stunden nach Ihrer letzten Nachricht an den Shop.", WhySource: "Quelle: {source}; zuletzt geprüft am {date}. Dies ist eine Zusammenfassung, keine Rechtsberatung.",
	WhyKnown: "Was über Sie bekannt ist", WhyFrom: "Alles stammt aus den Systemen von {shop} ({platform}) und aus Ihren eigenen Antworten. Nichts wurde von Dritten gekauft.",
	WhyTold:   "Adressen werden nur zum Teil gezeigt, denn ein Link kann weitergegeben werden.",
	KnownName: "Name", KnownCountry: "Land", KnownDevice: "Gerät", KnownLanguage: "Sprache", KnownSince: "Bekannt seit", KnownCart: "Im Warenkorb",
	WhyStopTitle: "So bestellen Sie sie ab", WhyStop: "Diese Nachrichten abbestellen",
	Devices: map[string]string{"mobile": "Smartphone", "tablet": "Tablet", "desktop": "Computer"},

	ConfirmTitle: "Bitte bestätigen Sie", ConfirmButton: "Ja, ich bestätige", ConfirmAsks: "Sie bestätigen:",
	ConfirmIgnore: "Wenn Sie das nicht angefordert haben, schließen Sie diese Seite. Sie bekommen dann keine Nachrichten.",
	ConfirmLead: perChannel{
		event.Email: "Haben Sie {shop} gebeten, Ihnen an {address} zu schreiben?", event.SMS: "Haben Sie {shop} gebeten, SMS an {address} zu schicken?",
		event.Messenger: "Haben Sie {shop} gebeten, Ihnen über Messenger zu schreiben?",
	},
	ConfirmedTitle: "Bestätigt", ConfirmedNote: "Sie können Ihre Einwilligung jederzeit über den Link in jeder Nachricht widerrufen.",
	ConfirmedLead: perChannel{
		event.Email: "Vielen Dank. {shop} darf Ihnen jetzt an {address} schreiben.", event.SMS: "Vielen Dank. {shop} darf jetzt SMS an {address} schicken.",
		event.Messenger: "Vielen Dank. {shop} darf Ihnen jetzt über Messenger schreiben.",
	},

	Moment: "{day}. {month} {year} um {time} Uhr {zone}", Day: "{day}. {month} {year}",
	Months: "Januar Februar März April Mai Juni Juli August September Oktober November Dezember", Days: "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
	Hour: "{hour}:{minute}", Span: "{from} bis {to} Uhr", DaySpan: "{from} bis {to}", Apart: "; ",
}
