package message

// snippetWords are the words the shipped snippets say, in the locale's language
// or in English. They are bound in snippets alone, as words.total and so on:
//
//   - total names the amount under the lines;
//   - one_more stands below six lines for a seventh, and "and N more" for several;
//   - colon is what ends a label, with the space that French puts before it;
//   - reply asks for an answer. It suits every voice, so where a language has
//     two forms of address it takes the one the shipped templates use.
func snippetWords(locale string) object {
	say := func(total, oneMore, and, more, reply string) object {
		return object{"total": total, "one_more": oneMore, "and": and, "more": more, "reply": reply, "colon": colon(locale)}
	}
	switch language(locale) {
	case "fr":
		return say("Total", "et un autre article", "et", "autres articles",
			"Une question, un souci\u202f? Répondez à cet e-mail\u00a0: c’est une personne qui vous lira.")
	case "de":
		return say("Summe", "und ein weiterer Artikel", "und", "weitere Artikel",
			"Fragen, oder klappt etwas nicht? Antworten Sie auf diese E-Mail, ein Mensch liest sie.")
	case "es":
		return say("Total", "y un artículo más", "y", "artículos más",
			"¿Alguna duda, o algo que no funciona? Responde a este correo y te contestará una persona.")
	case "it":
		return say("Totale", "e un altro articolo", "e altri", "articoli",
			"Una domanda, o qualcosa che non funziona? Rispondi a questa email: ti risponderà una persona.")
	case "nl":
		return say("Totaal", "en nog één artikel", "en nog", "artikelen",
			"Een vraag, of werkt er iets niet? Beantwoord deze e-mail en je krijgt antwoord van een mens.")
	case "pt":
		return say("Total", "e mais um artigo", "e mais", "artigos",
			"Alguma dúvida, ou algo que não funciona? Responda a este e-mail e terá a resposta de uma pessoa.")
	}
	return say("Total", "and one more", "and", "more",
		"A question, or something not working? Reply to this mail and a person answers.")
}

// colon ends a label, as the locale's language writes it.
func colon(locale string) string {
	if language(locale) == "fr" {
		return "\u00a0:"
	}
	return ":"
}
