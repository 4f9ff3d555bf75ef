package delivery

import (
	"regexp"
	"strings"
)

// keywords are the texts that decide by themselves, in the form clauses gives.
// Sources: Twilio's default words of long codes (Advanced Opt-Out guide, read
// 2026-11), the words 47 CFR 64.1200(a)(10) names (stop, quit, end, revoke, opt
// out, cancel, unsubscribe), and the words people write in the other languages.
// Only the exact words of Start ever give consent back.
var keywords = keywordsOf(map[string]string{
	"start yes unstop subscribe resubscribe":      Start,
	"help info aide hilfe ayuda aiuto hulp ajuda": Help,
	strong: Stop,
	weak:   Stop,
})

// strong are the words that mean a stop whatever is said beside them. An
// underscore is a blank.
const strong = `
	stop stopp stopall stop_all stop_it unsubscribe unsubscribe_all unsub optout opt_out opt_me_out
	unsuscribe unsubcribe unsubscrib unscribe stpo sotp
	arret arreter arretez arrete stopper stoppez desabonner desabonnement desinscrire desinscription
	me_desabonner se_desabonner me_desinscrire desabonnez_moi desinscrivez_moi desabonne_moi
	abmelden abmeldung abbestellen aufhoren aufhoeren austragen bitte_abmelden
	darme_de_baja dame_de_baja dar_de_baja denme_de_baja desuscribir desuscribirme desinscribirme no_mas
	cancellami disiscrivimi disiscrivi disiscrizione disiscrivermi cancellatemi
	stoppen afmelden uitschrijven stop_ermee
	descadastrar descadastre descadastrar_me descadastrem`

// weak are the words that mean a stop alone or with a please, and many other
// things in a sentence ("the end", "cancel my order").
const weak = `
	end quit quit_it cancel revoke
	schluss halt ende beenden
	baja parenle ya_parenle parale basta basta_ya ya_basta alto parar para cancelar
	cancella annulla_iscrizione smettila
	opzeggen ophouden hou_op houd_op
	pare parem pare_com_isso parem_com_isso sair chega cancelar_inscricao`

func keywordsOf(lists map[string]string) map[string]string {
	all := map[string]string{}
	for list, asks := range lists {
		for _, w := range strings.Fields(list) {
			all[strings.ReplaceAll(w, "_", " ")] = asks
		}
	}
	return all
}

// dismissals mean a stop when they are all a person writes, but are no keywords.
const dismissals = `
	no_more not_interested im_not_interested i_am_not_interested no_longer_interested spam this_is_spam
	enough go_away get_lost piss_off fuck_off f_off wrong_number wrong_person do_not_disturb
	pas_interesse pas_interessee ca_suffit degagez mauvais_numero
	kein_interesse nicht_interessiert es_reicht falsche_nummer
	no_me_interesa no_estoy_interesado no_estoy_interesada no_molestar no_molesten numero_equivocado
	non_mi_interessa non_sono_interessato non_sono_interessata numero_sbagliato
	geen_interesse verkeerd_nummer nao_tenho_interesse sem_interesse numero_errado`

// courtesies may stand beside any word of ours.
const courtesies = `please pls plz plse pleas kindly just thanks thank_you thx ty sir madam guys bro man dude buddy yall hi hello hey dear sorry
	immediately asap at_once right_now right_away already forever today
	svp stp s_il_vous_plait s_il_te_plait sil_vous_plait merci bonjour bonsoir tout_de_suite immediatement maintenant
	bitte danke sofort jetzt hallo guten_tag
	por_favor porfavor porfa gracias ya ahora hola
	per_favore perfavore grazie subito ciao adesso
	alsjeblieft alstublieft aub svp bedankt nu direct
	obrigado obrigada agora ja ola`

// asides may stand beside a strong word.
const asides = `no nope non_merci nein nee nao yes ok okay it this that these all everything now again any_more anymore im_not_interested not_interested
	god omg lol ffs wtf you to enough i_said me us text txt reply but`

// alternatives makes a list of words a choice in a pattern. Where one begins
// another their order does not matter: a blank or an end closes every use.
func alternatives(list string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(list), "|"), "_", " ")
}

var (
	// loneStop is a whole text of keywords, even weak ones, and courtesies.
	loneStop = regexp.MustCompile(`^(?:(?:` + alternatives(courtesies) + `) )*(?:` + alternatives(weak+dismissals) + `)(?: (?:` + alternatives(courtesies+" "+weak) + `))*$`)
	// clearStop is a part of a sentence made of strong words, courtesies and asides.
	clearStop = regexp.MustCompile(`^(?:(?:` + alternatives(courtesies+" "+asides) + `) )*(?:` + alternatives(strong) +
		`|sto+p+)(?: (?:` + alternatives(courtesies+" "+asides+" "+strong) + `))*$`)
	// recited is our own opt-out line said back, which is not yet using it.
	recited = regexp.MustCompile(`(?:reply|text|send|answer) stop to (?:opt out|end|cancel|quit|stop|unsubscribe)(?: |$)`)
)
