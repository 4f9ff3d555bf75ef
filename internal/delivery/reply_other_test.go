package delivery_test

import (
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// TestReadOtherReplies reads texts that were gathered after the phrases had been
// written, without regard to what they hold: the languages are mixed.
func TestReadOtherReplies(t *testing.T) {
	t.Parallel()
	for want, texts := range map[string]string{delivery.Stop: otherStops, "": otherTalk} {
		for text := range strings.SplitSeq(texts, "\n") {
			if r := delivery.ReadReply(text); r.Asks != want {
				t.Errorf("%q asks for %q (%s), want %q", text, r.Asks, r.Reason(), want)
			}
		}
	}
}

const otherStops = `Can you stop texting my phone
STOP TEXTING ME!!!!!!!
I'm begging you to stop messaging me
could u pls stop sending me these
No longer wish to receive texts
I don't wish to receive any further communication
I do not wish to be contacted
Do not text this number
Do not text this number again.
don't ever text me again
dont send any more
No more!
no more please
Pls remove me from ur list
remove from list
Take me off
take me off of this mailing list
Get me off this list
please delete my number
Delete my number from your database
Please unsubscribe this number
unsubscribe please
I'd like to unsubscribe please
Unsubscribe me from this list
UNSUBSCRIBE!
UNSUBSCRIBE ME NOW
stop now
STOP ALL MESSAGES
stop all texts
Stop this nonsense
Stop spam
Stop the spam
stop harassing me
I never signed up for this, stop
I didn't sign up for this. Stop.
Who is this? Stop texting
who is this stop texting me
Quit
quit it
quit sending me messages
End texts
I want these messages to stop
I want this to stop
these texts need to stop
please stop these notifications
Please stop. I'm not interested.
Lol stop
Stop sending me stuff
stop sending me crap
Stop sending promos
stop sending ads please
opt me out of these
I am opting out
opted out
stop bro
bro stop
Stop man
STOP NOW OR I WILL REPORT YOU
stop or I'll sue
stop contacting this number
stop calling and texting me
do not call or text me
Don't call or text me again
do not message me anymore
I don't want any messages from you
i dont want your texts
I dont want to get these texts anymore
I do not consent to these messages
you do not have my permission to text me
I did not consent to this
Please cease all communication
cease all contact
Lose my number!
f off
Leave me the f alone
leave me alone please
please leave me alone, I don't want anything
Cancel my texts
cancel messages
cancel subscription
cancel sms
Please cancel these messages
turn off notifications
Not interested stop
No thank you, please remove me
thank you but please stop
Stop stop
please, please stop
stop thank you
Stop Stop Stop please
Arrêtez svp
arrêtez de me spammer
Stop !!!! j'en ai marre
stop ça suffit
STOP SMS
Ne plus me contacter
ne plus envoyer de sms
Je veux plus recevoir vos messages
J'en veux plus de vos sms
je souhaite ne plus recevoir de sms
Merci d'arrêter de m'envoyer des messages
merci de me retirer de votre liste
Merci de me désinscrire
Veuillez me retirer de vos listes
veuillez ne plus me contacter
je souhaite me désinscrire
Arrêtez de me harceler
arrête de m'écrire
Ne m'envoyez plus de SMS
Lâchez-moi
Fichez moi la paix
supprimez mon numéro de votre base
désinscription svp
Bitte keine SMS mehr
Bitte keine Nachrichten mehr senden
bitte nicht mehr anschreiben
Bitte aufhören
bitte hören Sie auf, mir SMS zu schicken
Ich möchte keine SMS mehr erhalten
Ich will nichts mehr von euch hören
Bitte löschen Sie meine Nummer
Bitte streichen Sie mich aus Ihrem Verteiler
stoppt die Nachrichten
Stoppen Sie die SMS
Keine Werbung
Newsletter abbestellen
Abmelden bitte
lass mich in ruhe
Lassen Sie mich in Ruhe!
no me escriban mas por favor
No me envíen más publicidad
ya no quiero recibir mensajes
No deseo recibir más mensajes
quiero dejar de recibir mensajes
Por favor dejen de enviarme mensajes
Basta de enviar mensajes
no me molesten
no me molesten más
no me llamen
Déjame tranquilo
borrarme de la lista
bórrame de tu lista
quiero cancelar la suscripción
no mas texto
Ya párenle
para ya
stop ya
non scrivermi più
non mandatemi più messaggi
Non voglio ricevere messaggi
basta sms per favore
Cancellatemi dalla lista
voglio cancellarmi
Vorrei disiscrivermi
come mi cancello?
Stop messaggi
stuur me geen berichten meer aub
Ik wil geen sms meer ontvangen
Gelieve geen berichten meer te sturen
uitschrijven aub
Haal mij van jullie lijst
stop met appen
por favor pare
Pare de me mandar mensagem
Não quero receber mais nada
não quero mais mensagens
Por favor, remova meu número
quero cancelar a inscrição
Quero sair da lista
me tira dessa lista
para de mandar mensagem
STOP 2 END
Enough with the texts
Enough with these messages already
stop blowing up my phone
You're spamming me. Stop it.
Please stop spamming my phone!
Please discontinue these texts
please end these text messages
i dont want to receive any more text messages
I don't need these texts
do not send any more text messages
don't send texts to this number
Please do not contact me again.
stop messages
stop sms please
stop promo texts
stop your marketing
Stop marketing messages
Please opt-out
opt out please
OPT ME OUT!
opt out of all messages
i'd like to opt out
remove me from your text list
remove my phone number from your list
please take this number off your list
take my name off the list please
How do I stop these texts?
how can i stop getting these messages
How do I get off this list
how to unsubscribe?
How do I opt out?
I already told you to stop
I've asked you to stop twice
I told you guys to stop
I said stop!!!
Why do you keep texting me? Stop.
stop messaging this number
Stop messaging me please and thank you
Never contact me again
quit spamming
J'ai dit stop
STOP STOP STOP svp
stop les sms
Stop les pubs svp
stop à la pub
stop messages
Arrêtez avec vos messages
arretez les sms
plus de messages svp
merci de ne plus m'écrire
je ne souhaite plus être contacté
je ne veux plus être contactée
je ne veux rien recevoir
Je vous demande d'arrêter de m'écrire
Ne me dérangez plus
ne m'appelez plus
Keine Nachrichten mehr bitte
Ich wünsche keine weiteren Nachrichten
Nicht mehr schreiben!
Bitte mich abmelden
Bitte aus dem Verteiler nehmen
Bitte nehmen Sie mich aus dem Verteiler
No más sms
Ya no me manden mensajes
No me mande más mensajes por favor
no enviar más mensajes
no quiero mensajes
Quiero que dejen de escribirme
Smettetela di mandarmi sms
Non scrivetemi
non voglio essere contattato
Niente più messaggi
geen reclame meer
stop met berichten sturen
Ik wil geen berichten meer
não envie mais mensagens
Não me envie mais SMS
Parem com essas mensagens
pare com isso`

const otherTalk = `I couldn't stop laughing
My kids won't stop asking for it
We'll stop at the store on Saturday
Is there parking at the stop?
Which bus stop is closest?
Bus stops here?
I'll stop in later
stop and shop
Will it stop my feet from sweating?
Does this stop the wind?
Do these stop slipping?
I need a stop watch
does the zipper stop halfway
Stopwatch in blue?
How long until the sale ends
Can you cancel my last order?
Cancel order #1234 please
cancel my order and refund me
I'd like to cancel my purchase
cancel the red one, keep the blue
Please cancel item 2
I'd like to end up with two
At the end of the month
Weekend delivery?
Will you end the sale today?
I never quit
Don't quit
Can you text me when it is back?
Text me when it's in stock
Please send me a message when it ships
Don't forget to text me
Why haven't you texted me?
I don't have any messages from you
I didn't get any text with the code
no email received
Remove the blue one from my cart
Please remove item 2 from my order
remove the second shirt
Take the hat off my order
please delete my last order
Do you have more info
Information about shipping?
how do I start a return?
start my order
I want to get more texts about sales
Keep the texts coming!
Never stop sending these deals
I don't mind the messages
I unsubscribed by accident, add me back
Leave the package alone at the door
Leave it with my neighbour
I'm not interested in the small one
Are you still open?
Is it spam proof?
Is spam musubi shirt available
how much is shipping to Baja California
Basta pasta shirt in M?
the Alto sax strap
Halt den Preis bitte
Ende der Woche?
Wann endet die Aktion
Keine Größe L?
Ich habe keine Größe gefunden
Meine Bestellung abbestellen? wie lange dauert es
Bitte stornieren Sie meine Bestellung
Wie lange dauert der Versand?
Schreiben Sie mir bitte, wenn es wieder da ist
Quand arrive ma commande
arrêt de bus devant le magasin
ça n'arrête pas de glisser
Je veux plus d'infos
je voudrais plus de photos
Je veux annuler ma commande
envoyez-moi plus de détails
Ne m'envoyez pas la commande avant lundi
Laissez le colis chez le voisin
retirez un article de ma commande
Supprimez mon ancienne adresse
c'est la fin des soldes ?
quiero cancelar un artículo
puedo cancelar el pedido?
para cuando llega?
Para niños
es más barato?
no tengo mensajes
Me queda alto
la cintura baja
quanto costa?
basta un clic?
non ho ricevuto il messaggio
Vorrei cancellare l'ordine
Posso pagare alla consegna? basta contanti?
Is de maat goed?
Ik heb geen bericht ontvangen
wanneer stopt de aanbieding?
Kan ik mijn bestelling stoppen?
quanto custa?
Cancelar o pedido
para minha filha
pare ce costa?
posso parar na loja?
não recebi mensagem
Does the clasp stop it from falling off?
I had to stop wearing the old ones
You should stop selling plastic bags
Please stop selling fur
stop using plastic packaging
Can you stop the delivery? Wrong address
please stop my order from shipping
stop shipment please
Can you stop the order
Stop the shipment
Stop my delivery
I gave you the wrong number for delivery
the wrong number is printed on the parcel
Wrong size, can I exchange?
I got the wrong item
I need to remove an item
Please remove my old card
delete my account
Did you get my message?
I sent you a message yesterday
Send me the tracking text
no text yet?
I have no messages from DHL
no more sizes?
no more in stock?
There's no more blue?
Is this spam?
can you email me the invoice
Don't send the parcel to work
don't call the courier
Do you ever end the free shipping?
End date of the offer?
sale ends?
What happens if I cancel?
How do I cancel?
Cancel? How?
can I revoke the coupon
I want to quit smoking, do you sell gum?
start again
Yes I want the blue one
yes!!! love it
info on the size please
Can someone help?
help with sizing
un arrêt cardiaque de style
je m'arrête au magasin demain
Vous arrêtez la production ?
ce modèle est arrêté ?
plus de tailles ?
je ne veux plus la taille M, plutôt L
je ne souhaite plus ce produit
je ne veux plus de ce pull
Ich will die Bestellung nicht mehr
ich möchte keine Jacke
keine Werbung drauf bitte auf dem Shirt
Schluss mit lustig Shirt in M?
no quiero más grande
no quiero el rojo
ya no quiero el pedido
Non voglio più la maglia
non mi scrivete la taglia giusta
ik wil geen blauwe
geen bericht gekregen
não quero o azul
não envie para o endereço antigo
pare de vender couro`
