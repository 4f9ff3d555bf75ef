package message

import "strings"

// words are the few texts that Cartograph adds to a message by itself.
type words struct {
	unsubscribe string
	why         string
	// optOut ends an SMS that does not say how to stop; plain GSM-7 characters.
	optOut string
	// back is a Messenger button's title when the template gives none, at most 20 characters.
	back string
	// help adds to an SMS how to get help, after optOut.
	help string
	// automatic says on Messenger that a machine writes and how to stop it, within a card's 80 characters.
	automatic string
}

// wordsOf gives them in the locale's language, or in English.
func wordsOf(locale string) words {
	switch language(locale) {
	case "fr":
		return words{"Se désinscrire", "Pourquoi ai-je reçu cet e-mail\u202f?", "STOP pour ne plus recevoir de SMS", "Voir mon panier",
			"HELP pour obtenir de l'aide", "Automatique ; STOP pour arrêter"}
	case "de":
		return words{"Abmelden", "Warum habe ich diese E-Mail bekommen?", "Abmelden: STOP antworten", "Zum Warenkorb",
			"Hilfe: HELP antworten", "Automatisch; STOP beendet"}
	case "es":
		return words{"Darse de baja", "¿Por qué he recibido este correo?", "Responde STOP para darte de baja", "Ver mi carrito",
			"HELP para ayuda", "Automático; STOP para terminar"}
	case "it":
		return words{"Annulla l'iscrizione", "Perché ho ricevuto questa email?", "Rispondi STOP per non ricevere altri SMS", "Vai al carrello",
			"HELP per assistenza", "Automatico; STOP per terminare"}
	case "nl":
		return words{"Uitschrijven", "Waarom krijg ik deze e-mail?", "Antwoord STOP om af te melden", "Naar mijn winkelmand",
			"HELP voor hulp", "Automatisch; STOP om te stoppen"}
	case "pt":
		return words{"Cancelar a subscrição", "Por que recebi este e-mail?", "Responda STOP para sair", "Ver o meu carrinho",
			"HELP para ajuda", "Automático; STOP para sair"}
	}
	return words{"Unsubscribe", "Why did I get this?", "Reply STOP to opt out", "Back to my cart",
		"HELP for help", "Automated; reply STOP to end"}
}

// language is the part of a locale before the region, in lower case.
func language(locale string) string {
	lang, _, _ := strings.Cut(strings.ReplaceAll(locale, "_", "-"), "-")
	return strings.ToLower(lang)
}

// direction is the HTML dir of a locale's script.
func direction(locale string) string {
	switch language(locale) {
	case "ar", "he", "fa", "ur":
		return "rtl"
	}
	return "ltr"
}
