package delivery

import (
	"regexp"
	"strings"
	"sync"
)

// tongue is how one language takes consent back in a sentence.
type tongue struct {
	// opening finds the phrases that count only where a clause begins.
	opening *regexp.Regexp
	// anywhere finds the others; its group 1 is a word before that turns them round.
	anywhere *regexp.Regexp
}

// phrasing is a tongue as it is written down: patterns over the form clauses
// gives. In them <name> stands for a list below, or for <end>: the clause is
// over, courtesies aside.
type phrasing struct {
	// turned are the words that turn a phrase round when they stand right before it.
	turned   string
	opening  []string
	anywhere []string
}

// lists are the words that phrases share.
var lists = strings.NewReplacer(
	"<end>", `(?:(?: (?:`+alternatives(courtesies+" "+asides)+`))*$)`,
	// English: what is sent, sending it, and small words between.
	"<msg>", `(?:texts?|texting|txts?|sms|messages?|messaging|msgs?|emails?|e mails?|mails?|spam|ads?|adverts?|advertisements?|advertising|promos?|promotions?|marketing|notifications?|alerts?|reminders?|newsletters?|communications?|crap|junk|garbage|nonsense|harassment|shit|bullshit|calls?|dms?)`,
	"<small>", `(?:(?:the|these|those|this|your|any|all|all of|more|such|so many|me|with|stupid|damn|fucking|annoying|unwanted|unsolicited|automated|marketing|promotional|text|sms|of) )*`,
	"<pester>", `(?:texting|txting|messaging|emailing|mailing|contacting|spamming|bothering|harassing|bugging|pestering|annoying|calling|writing|hassling|reminding|disturbing|pinging|stalking)`,
	"<reach>", `(?:text|txt|message|msg|contact|email|mail|call|write|bother|spam|disturb|harass|remind)`,
	"<me>", `(?: to)? (?:me|us|my (?:phone|number|cell)|this (?:number|phone))`,
	// French.
	"<fmsg>", `(?:sms|textos?|messages?|msgs?|mails?|emails?|e mails?|courriels?|pubs?|publicites?|promos?|promotions?|spams?|notifications?|relances?|rappels?|newsletters?|offres)`,
	"<fsmall>", `(?:(?:de|d|des|du|aux|au|les|vos|tes|ces|cette|ce genre|ce type|votre|ta|avec|aucun|aucune|autres?) )*`,
	"<fsend>", `(?:envoyer|ecrire|contacter|spammer|harceler|relancer|deranger|solliciter|embeter|adresser|appeler)`,
	"<fsent>", `(?:envoyez|envoie|envoies|ecrivez|ecris|contactez|contacte|spammez|derangez|derange|relancez|sollicitez|embetez|adressez|appelez)`,
	// German.
	"<gmsg>", `(?:nachrichten?|sms|mails?|emails?|e mails?|werbung|werbe ?sms|spam|newsletters?|benachrichtigungen|erinnerungen|angebote|werbenachrichten)`,
	"<gsend>", `(?:schreiben|schicken|senden|kontaktieren|anschreiben|belastigen|nerven|zuspammen|spammen|texten|anrufen)`,
	// Spanish.
	"<smsg>", `(?:mensajes?|mensajitos|sms|textos?|correos?|emails?|mails?|publicidad|spam|promociones|promos?|notificaciones|recordatorios|anuncios|ofertas)`,
	"<ssmall>", `(?:(?:mas|de|con|los|las|sus|tus|estos|estas|esos|tanto|tanta|tantos|ningun) )*`,
	"<ssend>", `(?:escribir|enviar|mandar|molestar|contactar|llamar|spamear|acosar|fastidiar|texteare?)(?:me|nos|les)?`,
	"<ssent>", `(?:escriban?|escribas|envien?|envies|manden?|mandes|molesten?|molestes|contacten?|contactes|llamen?|llames|texteen)`,
	// Italian.
	"<imsg>", `(?:messaggi|messaggio|sms|mail|email|e mail|pubblicita|spam|promozioni|notifiche|newsletter|promemoria|offerte)`,
	"<ismall>", `(?:(?:piu|di|con|i|le|la|questi|questa|queste|vostri|vostre|altri|altre|altra) )*`,
	"<isend>", `(?:scriver|mandar|inviar|contattar|disturbar|tormentar|assillar|chiamar|spammar)(?:mi|ci|e)`,
	"<isent>", `(?:scrivete|scrivetemi|scrivermi|scrivere|scrivi|scrivimi|mandate|mandatemi|mandarmi|mandare|inviate|inviatemi|inviarmi|inviare|contattate|contattatemi|contattarmi|contattare|disturbate|disturbatemi|disturbarmi|chiamate|chiamatemi|chiamarmi)`,
	// Dutch.
	"<dmsg>", `(?:berichten|berichtjes|bericht|sms|smsjes|sms jes|smsen|appjes|mails?|mailtjes|emails?|e mails?|reclame|spam|notificaties|meldingen|herinneringen|nieuwsbrief|nieuwsbrieven|aanbiedingen)`,
	"<dsend>", `(?:sturen|schrijven|berichten|mailen|sms en|smsen|appen|contacteren|lastigvallen|spammen|bellen)`,
	// Portuguese.
	"<pmsg>", `(?:mensagens|mensagem|msgs?|sms|emails?|e mails?|mails?|spam|propagandas?|publicidade|promocoes|notificacoes|lembretes|anuncios|ofertas)`,
	"<psmall>", `(?:(?:mais|de|com|as|os|essas|esses|estas|suas|tantas|nenhuma) )*`,
	"<psend>", `(?:enviar|mandar|escrever|contatar|contactar|incomodar|perturbar|encher|ligar)(?: me)?`,
	"<psent>", `(?:enviem?|envie|mandem?|escrevam?|contatem?|contactem?|incomodem?|perturbem?|liguem?)`,
)

// tongues are the languages that are read, each tried on every text. Compiled
// they are 5 MB, which most processes never need.
var tongues = sync.OnceValue(func() []tongue {
	return []tongue{english.tongue(), french.tongue(), german.tongue(), spanish.tongue(), italian.tongue(), dutch.tongue(), portuguese.tongue()}
})

func (p phrasing) tongue() tongue {
	// Reluctant: a phrase that brings its own "don't" is not turned round by it.
	turned := `(?:(` + p.turned + `) )??`
	return tongue{
		opening:  regexp.MustCompile(lists.Replace(`^(?:(?:` + alternatives(courtesies) + `) )*(?:` + strings.Join(p.opening, "|") + `)(?: |$)`)),
		anywhere: regexp.MustCompile(lists.Replace(`(?:^| )` + turned + `(?:` + strings.Join(p.anywhere, "|") + `)(?: |$)`)),
	}
}

var english = phrasing{
	turned: `(?:cant|cannot|can not|couldnt|could not|dont|do not|didnt|did not|havent|have not|never|not|without|if i|if we|when i|before i|after i|accidentally|accidently|mistakenly)(?: (?:want to|wanna|wish to|mean to|have to|need to|like to|ever|accidentally|get|receive|got))?`,
	opening: []string{
		`stop (?:now |it |this |please |pls )?(?:i|im|ive|id|we|you|u|youre|dont|do not|no|not|because|or|at once|for good|with (?:the|this|these|all))`,
		`stop (?:to|2) (?:end|cancel|opt out|quit|stop|unsubscribe)`,
		`stop (?:to )?[0-9]{4,}`,
		`enough (?:with|of) <small><msg>`, `no more <small><msg><end>`,
		`no (?:texts?|sms|messages?|spam|ads|promos|marketing)<end>`,
		`no mas (?:texts?|messages?|sms)`,
		`opted out<end>`, `remove from (?:the |this |your |ur )?lists?`,
		`remove<end>`, `remove me<end>`, `delete me<end>`, `wrong number<end>`,
		`fuck off`, `piss off`, `go away`, `cease and desist`,
	},
	anywhere: []string{
		`(?:stop|quit|cease|keep from) (?:fucking |freaking |constantly )?<pester>(?: (?:and|or) <pester>)*(?:<me>|<end>| so (?:much|often)| all the time| every ?day| constantly| people| with (?:this|these|your))`,
		`(?:stop|quit|cease|discontinue|end) <small><msg>`,
		`(?:stop|quit|cease) (?:fucking )?sending(?:<me>)?(?:<end>| <small><msg>| (?:anything|stuff)| (?:this|these|those|them)<end>)`,
		`(?:stop|quit) blowing up my (?:phone|cell)`, `stop (?:getting|receiving) <small><msg>`, `get off (?:of )?(?:this|your|the|ur) (?:[a-z]+ )?lists?`,
		`(?:can|could|would|will) (?:you|u)(?: guys| all| people)?(?: please| pls| plz| just| ever)* stop<end>`,
		`(?:you|u|yall|you guys|this|these|it|they|that) (?:to|must|should|need to|needs to|have to|has to|better|gotta|got to)(?: please| just)* stop<end>`,
		`(?:these|the|your|this) (?:text |sms )?<msg> (?:to|must|should|need to|needs to|have to|has to|better) stop<end>`,
		`(?:stop|cease|end|no more) (?:all |any |further )*contact<end>`,
		`make (?:it|this|these|them) stop`, `(?:i|ive) (?:said|say|asked|typed|wrote|replied|texted|sent|told you)(?: you| u)?(?: to)? stop<end>`,
		`(?:asked|told|tell|asking|telling) (?:you|u|you guys|them)(?: to)? stop`,
		`(?:dont|do not|never|no longer) (?:ever )?<reach>(?: (?:or|and|nor) <reach>)*<me>(?:<end>| (?:about|again|any|ever|with|on|at|for)| <small><msg>)`,
		`(?:dont|do not|never) (?:ever )?(?:text|txt|message|contact|spam)<end>`,
		`(?:dont|do not|never) (?:ever )?send(?:<me>)?(?: (?:anything|any more|anymore|stuff))?(?:<end>| <small><msg>)`,
		`(?:dont|do not|no longer|never) (?:want|wanna|wish|care|need)(?: (?:to|for))?(?: (?:get|receive|have|hear|see|be getting|be receiving|keep getting|keep receiving))?(?: from)? (?:any |your |these |those |this |the |more |further |all |stupid |text |sms |marketing |promotional |of )*(?:<msg>)(?:<end>| (?:from|about|on|to|at|sent|in|for|you))`,
		`(?:dont|do not|no longer|never) (?:want|wish|care) to (?:hear from (?:you|this)|be (?:texted|contacted|messaged|bothered|spammed|emailed|on (?:this|your|the|any)))`,
		`leave (?:me|us) (?:alone|the (?:hell|fuck|f) alone|in peace|be)`,
		`(?:take|get|remove|delete|drop|scratch) (?:me|us|my (?:name|number|phone|phone number|cell|info|information|email)|this number)(?: (?:off|from|out)(?: of)?(?: (?:of|the|this|your|ur|these|that|any|all|mailing|texting|text|marketing|contact|call|calling|sms))* (?:lists?|database|system|records|texts?|messages?|files?)| off<end>)`,
		`(?:remove|delete|lose|forget|erase) (?:my|this) (?:phone )?(?:number|num|contact|details)<end>`,
		`unsubscribe(?: me)?`, `unsub me`, `unsubscribing`, `already (?:unsubscribed|opted out)`, `turn (?:off|these off|this off)(?: (?:the|these|my|your|text|sms))* <msg>`,
		`opt me out`, `opt out(?:<end>| of (?:this|these|those|all|everything|your|any|text|sms|marketing|future|receiving)?(?: of)?(?: these| the| your| text| marketing)*(?: <msg>|<end>))`, `opting out<end>`,
		`(?:cancel|end|terminate) (?:(?:my|this|the|these|all|your) )*(?:subscription|<msg>)<end>`,
		`(?:revoke|withdraw|rescind|revoking|withdrawing|rescinding) (?:my |all |any )*(?:consent|permission|authori[sz]ation)`,
		`(?:do not|dont) have my (?:permission|consent)`,
		`(?:did not|didnt|do not|dont|never|no longer) (?:consent|consented|agree|agreed|sign up|signed up|subscribe|subscribed|opt in|opted in) (?:to|for) (?:(?:this|these|any of this|any of these)<end>|<small><msg>|receiv(?:e|ing)|be(?:ing)? (?:texted|contacted))`,
		`(?:you have|you got|youve got|you have got|this is) (?:the|a) wrong (?:number|person)`,
		`no longer interested in (?:<small><msg>)`,
	},
}
