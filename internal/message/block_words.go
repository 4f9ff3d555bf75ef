package message

import "strings"

// blockWords are the few words that blocks say by themselves.
type blockWords struct {
	total, code, until string
	// more says how many lines are not shown: for one, and for # of them.
	oneMore, more string
}

// blockWordsOf gives them in the locale's language, or in English.
func blockWordsOf(locale string) blockWords {
	switch language(locale) {
	case "fr":
		return blockWords{"Total", "Code promo", "Valable jusqu’au", "et 1 autre article", "et # autres articles"}
	case "de":
		return blockWords{"Summe", "Gutscheincode", "Gültig bis", "und 1 weiterer Artikel", "und # weitere Artikel"}
	case "es":
		return blockWords{"Total", "Código", "Válido hasta el", "y 1 artículo más", "y # artículos más"}
	case "it":
		return blockWords{"Totale", "Codice", "Valido fino al", "e 1 altro articolo", "e altri # articoli"}
	case "nl":
		return blockWords{"Totaal", "Code", "Geldig tot en met", "en nog 1 artikel", "en nog # artikelen"}
	case "pt":
		return blockWords{"Total", "Código", "Válido até", "e mais 1 artigo", "e mais # artigos"}
	}
	return blockWords{"Total", "Your code", "Valid until", "and 1 more", "and # more"}
}

// moreThan gives the Liquid that says how many lines follow the first n.
func (w blockWords) moreThan(n string) string {
	return "{% assign more_lines = cart.items | size | minus: " + n + " -%}" +
		"{%- if more_lines == 1 -%}" + w.oneMore + "{%- else -%}" +
		strings.Replace(w.more, "#", "{{ more_lines }}", 1) + "{%- endif -%}"
}
