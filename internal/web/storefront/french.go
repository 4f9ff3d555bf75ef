package storefront

import "github.com/cartograph-dev/cartograph/internal/event"

var french = texts{
	Dir: "ltr", SomeShop: "La boutique", HelpLead: "Une question\u202f? Écrivez à", VisitShop: "Aller chez {shop}",

	CartTitle: "Votre panier vous attend", CartLead: "{shop} a gardé ce que vous avez choisi. Rien n’est acheté sans votre accord.",
	CartButton: "Retrouver mon panier", CartGoing: "Nous ouvrons votre panier…", CartTotal: "Total",
	CartKept:     "{shop} a gardé votre panier. Le bouton vous y ramène directement.",
	OrderedTitle: "Vous avez déjà passé cette commande", OrderedLead: "Merci\u202f! Ce panier est devenu une commande chez {shop}\u202f; vous n’avez plus rien à faire ici.",
	EmptyTitle: "Ce panier est vide", EmptyLead: "Les articles ont été retirés depuis notre message\u202f; il n’y a rien à rétablir.",
	GoneTitle: "Ce panier n’existe plus chez {shop}", GoneLead: "La boutique ne garde les paniers qu’un certain temps. Voici ce qu’il contenait, pour que vous puissiez le retrouver.",
	ExpiredTitle: "Ce lien est trop ancien", ExpiredLead: "Ces liens ne fonctionnent que pendant un certain temps. Votre panier vous attend peut-être encore chez {shop}.",
	UnknownTitle: "Ce lien ne mène nulle part", UnknownLead: "Il a peut-être été coupé lors de la copie, ou il n’est plus utilisé. Essayez de nouveau le lien du message.",
	TroubleTitle: "Cela n’a pas fonctionné", TroubleLead: "Une erreur s’est produite de notre côté et rien n’a été modifié. Veuillez réessayer dans une minute.",
	RefusedTitle: "Ce n’est pas possible ici", RefusedLead: "Rien n’a été modifié. Pour recevoir des messages par ce canal, donnez votre accord chez {shop}, lors d’une commande ou dans votre compte.",

	StopTitle: "Ne plus recevoir ces messages\u202f?", StopButton: "Se désinscrire", StopAll: "Arrêter tous les messages de cette boutique",
	StopAllNote: "Par e-mail, SMS et Messenger. Les nouvelles d’une commande passée ne sont pas concernées.",
	StoppedLead: "Vous avez déjà arrêté ces messages. {shop} peut encore vous en envoyer d’autres\u202f; vous pouvez aussi tout arrêter.",
	StopLead: perChannel{
		event.Email: "Un clic sur le bouton, et {shop} n’enverra plus d’e-mails à {address} au sujet de vos paniers.", event.SMS: "Un clic sur le bouton, et {shop} n’enverra plus de SMS au {address} au sujet de vos paniers.",
		event.Messenger: "Un clic sur le bouton, et {shop} ne vous écrira plus sur Messenger au sujet de vos paniers.",
	},
	DoneTitle: "C’est fait", DoneAll: "{shop} ne vous enverra plus aucun message au sujet de vos paniers.",
	DoneNote: "Votre choix prend effet immédiatement. Un message déjà parti peut encore arriver.", DoneBack: "Voir tous vos choix",
	DoneChannel: perChannel{
		event.Email: "{shop} ne vous enverra plus d’e-mails au sujet de vos paniers.", event.SMS: "{shop} ne vous enverra plus de SMS au sujet de vos paniers.",
		event.Messenger: "{shop} ne vous écrira plus sur Messenger au sujet de vos paniers.",
	},
	DoneAllowed: perChannel{
		event.Email: "{shop} peut de nouveau vous écrire par e-mail au sujet de vos paniers.", event.SMS: "{shop} peut de nouveau vous envoyer des SMS au sujet de vos paniers.",
		event.Messenger: "{shop} peut de nouveau vous écrire sur Messenger au sujet de vos paniers.",
	},

	ChoicesTitle: "Vos choix, canal par canal", ChoiceYes: "Vous avez donné votre accord", ChoiceNo: "Arrêté", ChoiceUnknown: "La question ne vous a pas été posée",
	ChoiceStop: "Arrêter", ChoiceAllow: "J’accepte\u00a0: autoriser de nouveau", ChoiceAllowTitle: "Vous avez changé d’avis\u202f?",
	ChoiceElsewhere: "Ce canal ne peut être autorisé que directement chez {shop}.",
	ChoiceStart:     "Si vous avez déjà répondu STOP à un SMS, envoyez aussi START au même numéro.",
	Channels:        perChannel{event.Email: "E-mail", event.SMS: "SMS", event.Messenger: "Messenger"},
	Agree: perChannel{
		event.Email:     "Oui, j’accepte que {shop} m’envoie à cette adresse des e-mails publicitaires automatiques au sujet des paniers que j’ai laissés dans la boutique, offres comprises. Je peux retirer ce consentement à tout moment.",
		event.SMS:       "Oui, j’accepte que {shop} m’envoie à ce numéro des SMS publicitaires automatiques, rappels de panier compris. Ce consentement n’est pas une condition d’achat. Des frais d’opérateur peuvent s’appliquer. Je peux le retirer à tout moment en répondant STOP.",
		event.Messenger: "Oui, j’accepte que {shop} m’envoie sur Messenger des messages publicitaires automatiques au sujet des paniers que j’ai laissés dans la boutique, offres comprises. Je peux retirer ce consentement à tout moment.",
	},
	Blocked: map[string]string{
		"": "Arrêté par le prestataire qui achemine les messages", "bounced": "Arrêté\u00a0: un message précédent n’a pas pu être remis",
		"complained": "Arrêté\u00a0: un message a été signalé comme indésirable", "invalid_address": "Arrêté\u00a0: cette adresse n’existe pas",
		"blocked": "Arrêté\u00a0: vous avez bloqué l’expéditeur",
	},

	WhyTitle: "Pourquoi ai-je reçu ce message\u202f?", WhyMessage: "Pourquoi ce message", WhyCart: "Votre dernière activité dans le panier date du {date}.",
	WhyStep: perChannel{
		event.Email:     "Le {date}, {shop} vous a écrit par e-mail. C’était l’étape {step} des rappels au sujet de ce panier.",
		event.SMS:       "Le {date}, {shop} vous a écrit par SMS. C’était l’étape {step} des rappels au sujet de ce panier.",
		event.Messenger: "Le {date}, {shop} vous a écrit sur Messenger. C’était l’étape {step} des rappels au sujet de ce panier.",
	},
	WhyAsked: perChannel{
		event.Email:     "Le {date}, {shop} vous a demandé par e-mail de confirmer votre consentement.",
		event.SMS:       "Le {date}, {shop} vous a demandé par SMS de confirmer votre consentement.",
		event.Messenger: "Le {date}, {shop} vous a demandé sur Messenger de confirmer votre consentement.",
	},
	WhyLook:       "Juste avant l’envoi, un programme a vérifié une dernière fois\u00a0: rien de ce panier n’avait été commandé, et ni vos choix ni les règles ci-dessous ne s’y opposaient.",
	WhyPermission: "Avec quelle autorisation", WhySays: "{shop} peut vous écrire\u00a0: {reason}.", WhyGiven: "Donnée\u00a0:", WhyGivenBy: "Preuve\u00a0:", WhyOn: "{source}, le {date}",
	WhyWording: "En ces termes\u00a0:", Quoted: "«\u00a0{words}\u00a0»", WhyRule: "Nom de la règle dans les registres\u00a0:",
	Permissions: map[string]string{
		"consent.yes": "vous avez accepté de recevoir des messages par ce canal", "consent.off": "selon ses propres registres, elle en a le droit",
		"consent.soft_opt_in":  "vous êtes cliente ou client de cette boutique et n’avez pas fait opposition",
		"consent.confirmation": "vous avez accepté de recevoir des messages, et celui-ci vous demande de le confirmer",
	},
	Sources: map[string]string{
		"preference page": "sur la page ouverte depuis un message", "unsubscribe page": "sur la page de désinscription", "keyword start": "en répondant START",
		"confirmation page": "en confirmant l’adresse", "import": "dans une liste apportée par la boutique", "shopify checkout": "au moment de passer commande",
		"checkout": "au moment de passer commande", "api": "transmise par le système de la boutique",
	},
	Evidence: map[string]string{
		"event": "le système de la boutique l’a signalé", "message": "votre réponse a été donnée sur une page ouverte depuis un message qui vous était adressé",
		"import": "elle figure dans une liste importée par la boutique", "inbound": "vous l’avez écrit dans un message",
	},
	WhyLaw: "Quelles règles s’appliquent", WhyPlace: "Pays retenu\u00a0: {country}.", WhyNowhere: "Votre pays n’est pas connu\u202f; les règles générales, plus prudentes, s’appliquent.",
	LawOf: perChannel{
		event.Email: "Pour les e-mails au sujet d’un panier, la loi applicable exige\u00a0:", event.SMS: "Pour les SMS au sujet d’un panier, la loi applicable et les opérateurs exigent\u00a0:",
		event.Messenger: "Pour les messages sur Messenger, les règles de Meta et la loi exigent\u00a0:",
	},
	LawExpress: "Vous devez avoir donné vous-même votre consentement exprès.", LawSoft: "Votre consentement, ou un achat antérieur sans opposition de votre part.", LawDouble: "Le consentement doit être confirmé depuis l’adresse elle-même.",
	LawNamed: "Le consentement doit avoir mentionné les rappels de panier.", LawAlways: "Ils peuvent arriver à toute heure.", LawHours: "Ils ne peuvent arriver, à votre heure locale, que dans ces plages\u00a0: {hours}.", LawHolidays: "Ils ne peuvent pas arriver les jours fériés.",
	LawPerCart: "Au plus {n} pour un même panier.", LawPerDay: "Au plus {n} en 24 heures.", LawWithin: "Au plus tard {n} heures après l’abandon du panier.",
	LawWindow: "Seulement dans les {n} heures qui suivent votre dernier message à la boutique.", WhySource: "Source\u00a0: {source}\u202f; dernière vérification le {date}. Ceci est un résumé, non un conseil juridique.",
	WhyKnown: "Ce que l’on sait de vous", WhyFrom: "Tout provient des systèmes de la boutique {shop} ({platform}) et de vos propres réponses. Rien n’a été acheté à des tiers.",
	WhyTold:   "Les adresses ne sont montrées qu’en partie, car un lien peut être transmis.",
	KnownName: "Nom", KnownCountry: "Pays", KnownDevice: "Appareil", KnownLanguage: "Langue", KnownSince: "Données depuis le", KnownCart: "Dans le panier",
	WhyStopTitle: "Comment arrêter", WhyStop: "Arrêter ces messages",
	Devices: map[string]string{"mobile": "téléphone", "tablet": "tablette", "desktop": "ordinateur"},

	ConfirmTitle: "Veuillez confirmer", ConfirmButton: "Oui, je confirme", ConfirmAsks: "Vous confirmez\u00a0:",
	ConfirmIgnore: "Si vous n’avez rien demandé, fermez cette page. Rien ne vous sera envoyé.",
	ConfirmLead: perChannel{
		event.Email: "Avez-vous demandé que {shop} vous écrive à {address}\u202f?", event.SMS: "Avez-vous demandé que {shop} envoie des SMS au {address}\u202f?",
		event.Messenger: "Avez-vous demandé que {shop} vous écrive sur Messenger\u202f?",
	},
	ConfirmedTitle: "C’est confirmé", ConfirmedNote: "Vous pouvez retirer votre consentement à tout moment grâce au lien présent dans chaque message.",
	ConfirmedLead: perChannel{
		event.Email: "Merci. {shop} peut désormais vous écrire à {address}.", event.SMS: "Merci. {shop} peut désormais envoyer des SMS au {address}.",
		event.Messenger: "Merci. {shop} peut désormais vous écrire sur Messenger.",
	},

	Moment: "{day} {month} {year} à {time} {zone}", Day: "{day} {month} {year}", First: "1er",
	Months: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre", Days: "lundi mardi mercredi jeudi vendredi samedi dimanche",
	Hour: "{hour}\u00a0h\u00a0{minute}", Span: "de {from} à {to}", DaySpan: "du {from} au {to}", Apart: "\u202f; ", BareHours: true,
}
