package delivery_test

import (
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// replies are texts as people write them, by language, with what they ask for.
// "=" before it means that the text is the keyword itself.
var replies = map[string]map[string]string{
	"English, stop": stops(`=STOP
=Stop.
=stop!!!
=“Stop”
=STOPALL
=Stop all
=end
=QUIT
=cancel
=Revoke
=opt out
=Opt-Out
=optout
=unsubscribe
=Unsub
please stop
Stop please
stop, thanks
Stop. Just stop.
STOP STOP STOP
stop it please!!
Stop this now
ok stop
Hi, please stop
=no mas
=No más
leave me alone
Leave me alone!!! 😡
stop texting me
Please stop texting me.
can you please stop texting me?
stop messaging me
Stop sending me messages
stop sending me these stupid texts
stop sending these
Stop with the texts already
stop contacting me
quit texting me
Quit bothering me
cease and desist
take me off your list
Take me off this list please
please remove me from your list
remove my number
Remove me
Take my number off your texting list
lose my number
unsubscribe me
I want to unsubscribe
How do I unsubscribe?
please opt me out
I wish to opt out
I would like to opt out of these messages
don't text me
Don’t text me anymore
dont contact me again
do not text me again
Do not contact me
never text me again
Don't send me any more messages
please do not send me anything
I don't want these messages
I do not want to receive texts from you
I don’t want any more texts
I no longer want to receive messages
no more texts
No more messages please
I revoke my consent
I withdraw my consent to texts
cancel my subscription
Cancel these texts
cancel please
please cancel
end these messages
You need to stop
i asked you to stop
I said stop
make it stop
wrong number
You have the wrong number
not interested
Not interested, thanks
go away
fuck off
stopppp
S T O P
S.T.O.P.
STOP I already bought it
STOP! I already bought it
Thanks but stop texting me, I bought it in your shop
I love your store but please stop sending me messages
Stop spamming
STOP to end
stop to 80123
I don't want to hear from you
why won't you stop texting me
I can't stop wearing it, but stop texting me
already unsubscribed
I replied STOP and you still write. Stop texting me!
this is spam`),
	"English, talk": talks(`non-stop
Non stop
it's non-stop fun
where is the bus stop
Where is the bus stop?
Is there a bus stop near the shop
I can't stop wearing it
I can’t stop wearing it!
can't stop won't stop
cannot stop texting my friends about these shoes
Don't stop
Please don't stop!
don't stop texting me
when does the sale end?
When does the sale end
the end
The end.
weekend
this weekend?
cancel my order
Cancel my order please
please cancel order 1234
I want to cancel the order
cancel it
can I cancel?
stop by the shop tomorrow
I will stop by tomorrow
Can I stop by at 5?
quit my job
I quit my job yesterday lol
Baja hoodie
the Baja hoodie in M
Does the Baja hoodie shrink?
Do the brakes stop well in rain?
does it stop rain
Do you have a door stop?
pit stop
one-stop shop
full stop
Is this the last stop of the tour shirt?
stopped
unstoppable
Please stop sending me the red one, send blue
stop sending receipts
Don't send it to my old address
don't send me the red one
If you don't text me back I'll buy elsewhere
I don't want to miss your messages
I don't want to unsubscribe
I did not unsubscribe
I accidentally unsubscribed, what now?
If I unsubscribe, do I lose my points?
I never got your text
I don't get your messages
there are no more texts coming
can I opt out of gift wrapping?
What time do you close?
Do you have it in blue?
no
No thanks
yes please
Yes, the blue one
ok
thanks
I need help with my order
start with the blue one
When does it start?
help me choose
Is the offer over?
I'll take two
Not interested in red, do you have blue?
Can I end up paying later?
I am at the end of the road, where are you?
Revoke? What is that jacket called?
Liked “Your bag is waiting. Reply STOP to opt out”
Loved “Stop by: your bag. Reply STOP to opt out”
👍 to “Your bag. Reply STOP to unsubscribe”
What does “Reply STOP to opt out” cost?
😀
…
???

1234`),
	"French, stop": stops(`=STOP
=Arrêt
=ARRET
=Arrêtez
=arrêter
=arretez !
=désinscrire
=DÉSABONNER
=Me désabonner
=Désabonnez-moi
=désabonnement
stop svp
Stop merci
STOP PUB
stop aux sms
STOP AU 36180
Arrêtez s'il vous plaît
Arrêtez de m'écrire
arretez de m'envoyer des messages
Arrêtez de m’envoyer des SMS svp
arrêtez vos pubs
Cessez de me contacter
ne m'écrivez plus
Ne m’écrivez plus.
ne m'envoyez plus rien
ne m'envoyez plus de messages
Merci de ne plus me contacter
Merci de ne plus m’envoyer de SMS
ne me contactez plus jamais
je ne veux plus recevoir de messages
Je ne souhaite plus recevoir vos offres
je veux plus de sms
plus de pub
laissez-moi tranquille
Foutez-moi la paix
retirez-moi de votre liste
supprimez mon numéro
Veuillez me désinscrire
je me désabonne
comment me désabonner ?
pas intéressé
Bonjour, je souhaite me désabonner, merci`),
	"French, talk": talks(`où est l'arrêt de bus ?
Je n'arrête pas de les porter
Ouvert non-stop ?
Sans arrêt en rupture
Quand finit la promo ?
Je ne veux pas me désabonner
Si je me désabonne, je perds mes points ?
annuler ma commande
envoyez plus de photos
Vous n'avez plus de taille M ?
il y a plus de couleurs ?
ne m'envoyez plus la taille M
Je ne reçois plus de messages
la fin de la promo
Non merci
oui`),
	"German, stop": stops(`=STOPP
=Stopp!
=Abmelden
=abbestellen
=Aufhören
=aufhoeren
=Schluss
=Bitte abmelden!
bitte stopp
Keine Nachrichten mehr
keine SMS mehr bitte
Bitte keine Werbung mehr
Bitte keine weiteren Nachrichten
Ich will keine Nachrichten mehr
Ich möchte keine Werbung mehr bekommen
Schreiben Sie mir nicht mehr
schreibt mir nicht mehr
Bitte nicht mehr schreiben
Hören Sie auf
Hört auf, mir zu schreiben
hör auf mir zu schreiben
Lasst mich in Ruhe
Lassen Sie mich bitte in Ruhe
Nehmen Sie mich von der Liste
Löschen Sie meine Nummer
Melden Sie mich ab
Ich möchte mich abmelden
Wie kann ich mich abmelden?
Kein Interesse
Ich widerrufe meine Einwilligung
Stop mit den Nachrichten`),
	"German, talk": talks(`Ich kann nicht aufhören, es zu tragen
Wo ist die Haltestelle?
Wann ist der Sale zu Ende?
Ende Juli?
Bestellung stornieren
Ich bekomme keine Nachrichten mehr
Ich habe keine Nachrichten bekommen
Ich möchte mich nicht abmelden
Nonstop
Haben Sie keine Größe M mehr?
Stoppt der Bus hier?
ja
Nein danke`),
	"Spanish, stop": stops(`=baja
=BAJA
=cancelar
=¡Basta!
=alto
=Darme de baja
=no más
=no mas
quiero darme de baja
Por favor darme de baja
Dame de baja por favor
¿Cómo me doy de baja?
no más mensajes
No mas mensajes por favor
ya no me escriban
No me escriban más
no me manden más mensajes
No quiero recibir más mensajes
no quiero más publicidad
dejen de escribirme
Deja de mandarme mensajes
déjenme en paz
quítenme de la lista
borren mi número
cancelar suscripción
no me interesa
=ya basta
stop por favor
basta de mensajes`),
	"Spanish, talk": talks(`cancelar mi pedido
Quiero cancelar mi pedido
talla más baja
la sudadera Baja
¿Es de Baja California?
No quiero darme de baja
¿Hay más colores?
no más grande que M
ya no hay mensajes
¿Dónde está la parada?
No puedo parar de usarlo
Para mi hermana
gracias
alto rendimiento`),
	"Italian, stop": stops(`=basta
=Basta!
=cancellami
=Disiscrivimi
stop per favore
basta messaggi
Basta con questi messaggi
non scrivetemi più
Non mi scrivete più
non voglio più ricevere messaggi
Non voglio più messaggi
smettetela
Smettete di scrivermi
smettila di mandarmi messaggi
lasciatemi in pace
toglietemi dalla lista
cancellate il mio numero
non mi interessa`),
	"Italian, talk": talks(`Mi basta la taglia S
basta cliccare qui?
Non smetto di indossarla
Dov'è la fermata?
cancella il mio ordine
Orario no-stop oggi?
Fine
grazie
sì`),
	"Dutch, stop": stops(`=afmelden
=Stoppen
=uitschrijven
=Opzeggen
stop aub
geen berichten meer
Geen sms meer aub
Ik wil geen berichten meer
stuur mij geen berichten meer
stop met sturen
Stop met deze berichten
niet meer sturen
laat me met rust
haal me van de lijst
verwijder mijn nummer
schrijf me uit
Ik wil me afmelden
geen interesse
=stop ermee`),
	"Dutch, talk": talks(`waar is de bushalte
Ik kan niet stoppen met dragen
Geen maat M meer?
Ik krijg geen berichten meer
bestelling annuleren
Stopt de bus hier?
dank je`),
	"Portuguese, stop": stops(`=parar
=PARE
=sair
=Cancelar
=descadastrar
pare por favor
não me mande mais mensagens
Não me mandem mais nada
não quero mais receber mensagens
pare de me enviar mensagens
Parem de mandar mensagens
me deixe em paz
me tire da lista
remova meu número
=cancelar inscrição
não tenho interesse
chega de mensagens`),
	"Portuguese, talk": talks(`cancelar meu pedido
Onde é a parada?
não consigo parar de usar
Posso sair com ele na chuva?
não recebo mais mensagens
obrigada
quero mais informações
sim`),
	"start": each(delivery.Start, `=START
=Start.
=yes
=YES!
=unstop
=Subscribe`),
	"help": each(delivery.Help, `=HELP
=help?
=Info
=aide
=Hilfe
=¡Ayuda!
=aiuto
=hulp
=ajuda`),
	"other scripts and signs": stops("=ＳＴＯＰ\n=ｓｔｏｐ！\n=S\u200bTOP\n=\ufeffstop\n=STOP🙏\n=🛑 Stop 🛑\n=ARRE\u0302T\n=s\u00adtop\n=**STOP**\n=ⓢⓣⓞⓟ\n" +
		"=\tstop\u00a0\n=𝐒𝐓𝐎𝐏\nDon\u02bct text me\nstop\u00a0texting\u2009me\nｐｌｅａｓｅ　ｓｔｏｐ\nNe m´écrivez plus"),
}

func stops(lines string) map[string]string { return each(delivery.Stop, lines) }
func talks(lines string) map[string]string { return each("", lines) }

func each(asks, lines string) map[string]string {
	all := map[string]string{}
	for line := range strings.SplitSeq(lines, "\n") {
		all[line] = asks
	}
	return all
}

func TestReadReply(t *testing.T) {
	t.Parallel()
	for name, texts := range replies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for line, asks := range texts {
				text, exact := strings.CutPrefix(line, "=")
				r := delivery.ReadReply(text)
				if r.Asks != asks || (r.By == delivery.ByKeyword) != exact || (r.Asks == "") != (r.Words == "" && r.By == "" && r.Reason() == "") {
					t.Errorf("%q asks for %q by %q (%q), want %q, exactly %v", text, r.Asks, r.By, r.Words, asks, exact)
				}
				if asks == "" {
					continue
				}
				// Neither case nor what stands around changes it.
				for _, same := range []string{strings.ToUpper(text), strings.ToLower(text), "  \n" + text + "\r\n ", text + " 🙂"} {
					if got := delivery.ReadReply(same); got != r {
						t.Errorf("%q: %+v, but %q: %+v", text, r, same, got)
					}
				}
			}
		})
	}
}
