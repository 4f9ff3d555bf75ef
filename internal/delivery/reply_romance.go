package delivery

var french = phrasing{
	turned: `(?:ne|n)(?: (?:veux|peux|souhaite|voulais|vais|pas|me))*(?: pas)?|(?:si|quand|avant de|sans|pas)(?: (?:je|me|de|m))*|(?:recois|recu|ai)(?: (?:toujours|encore))?`,
	opening: []string{
		`stop (?:<fsmall><fmsg>|au|a|je|j|ca suffit|vous|de|d)`,
		`plus (?:de |d |aucun |aucune )<fsmall><fmsg><end>`,
		`pas (?:de |d )(?:pubs?|publicites?|spam)<end>`,
		`desinscription`, `desabonnement`, `arretez?<end>`,
	},
	anywhere: []string{
		`(?:arretez?|cessez|cesse|stoppez|arreter) (?:de |d )(?:me |m |nous )?<fsend>(?:<end>| (?:moi|rien|ca)| <fsmall><fmsg>| (?:sans|tous|tout|en|a|sur))`,
		`(?:arretez?|cessez|stoppez|stopper|stop a?) <fsmall><fmsg>`,
		`(?:arretez?|cessez) tout<end>`,
		`(?:ne |n )?(?:me|m|nous) <fsent> (?:plus|jamais)(?:<end>| (?:rien|jamais)| <fsmall><fmsg>)`,
		`n (?:envoyez|ecrivez) (?:plus|jamais)(?:<end>| rien| <fsmall><fmsg>)`,
		`(?:ne |n )?(?:me|m) <fsend> plus(?:<end>| <fsmall><fmsg>)`,
		`(?:ne )?plus (?:me |m )<fsend>`, `ne plus <fsend>(?:<end>| rien| <fsmall><fmsg>)`,
		`(?:ne )?plus (?:jamais )?(?:recevoir|etre contactee?|avoir) ?(?:<end>| ?(?:rien|par|de vous|vos)| ?<fsmall><fmsg>)`,
		`(?:ne )?(?:veux|voudrais|souhaite|desire|veut|voulons|souhaitons) plus (?:recevoir|etre contactee?|avoir|de vos|rien|<fsmall><fmsg>)(?: (?:rien|de vous|vos))?(?:<end>| ?<fsmall><fmsg>)?`,
		`(?:laissez|laisse|foutez|fichez|lachez|lache) (?:moi|nous)(?: (?:tranquille|en paix|la paix)|<end>)`,
		`(?:retirez|retire|supprimez|supprime|enlevez|enleve|effacez|rayez|otez|sortez) (?:moi (?:de|du)(?: (?:la|votre|vos|cette|tes|ces))? (?:listes?|fichiers?|base|contacts)|(?:mon|ce) numero|moi<end>|mes (?:donnees|coordonnees))`,
		`(?:me|m) (?:desabonner|desinscrire|desabonne|desinscris)`, `(?:desabonnez|desinscrivez|desabonne|desinscris|desabonner|desinscrire) (?:moi|nous)`,
		`(?:me retirer|me supprimer|me rayer|me sortir) (?:de|du)(?: (?:la|votre|vos|cette))? (?:listes?|fichiers?|base)`,
		`j ai (?:deja )?dit stop`, `(?:ne )?(?:veux|souhaite) rien recevoir`,
		`(?:retire|revoque) mon consentement`,
	},
}

var spanish = phrasing{
	turned: `(?:no|nunca|si|cuando|sin|jamas)(?: (?:quiero|puedo|deseo|me|quise|he))*|(?:recibo|recibi|hay|llegan|tengo)`,
	opening: []string{
		`no mas(?: <ssmall><smsg>|<end>)`, `(?:basta|ya basta|basta ya)(?: (?:de|con))? (?:<ssmall><smsg>|<ssend>)`, `(?:stop|alto)(?: a| con)? <ssmall><smsg>`,
		`baja<end>`, `ya no(?: mas)? <smsg>`,
	},
	anywhere: []string{
		`(?:no|ya no|nunca|nunca mas|jamas) (?:me|nos|le|les) (?:vuelvan? a )?(?:<ssent>|<ssend>)(?: (?:mas|nada|nunca)|<end>| <ssmall><smsg>)`,
		`(?:no|ya no) (?:quiero|deseo|quisiera|quiero que me)(?: (?:seguir recibiendo|recibir|que me (?:escriban|envien|manden|molesten|contacten|llamen)|<ssent>))? ?(?:<ssmall><smsg>|mas<end>| nada mas|nada de ustedes)`,
		`(?:no|ya no) (?:quiero|deseo) que me (?:escriban|envien|manden|molesten|contacten|llamen)`,
		`(?:no|ya no) (?:quiero|deseo) (?:seguir )?recib(?:ir|iendo)(?: (?:mas|nada|esto))?<end>`,
		`(?:deja|dejen|deje|paren|para|cesen) (?:ya )?de (?:<ssend>|<ssent>|enviarme|mandarme|escribirme|molestarme)(?:<end>| (?:mas|tanto|tanta)| <ssmall><smsg>)`,
		`(?:paren|pare|deje|dejen|detengan|cancelen|cancela|cancelar) (?:ya )?(?:con )?(?:los |las |sus |estos |mas |mis )<ssmall><smsg>`,
		`(?:dejame|dejenme|dejeme|dejanos) (?:en paz|tranquil[oa])`,
		`(?:dar|darme|darnos|dame|denme|deme|denos|darse|date) de baja`, `me (?:den|da|dan|des|doy|quiero dar) de baja`,
		`(?:quitame|quitenme|quiteme|sacame|saquenme|saqueme|borrame|borrenme|borreme|eliminame|eliminenme|elimineme|retirenme)(?: (?:de|ya)(?: (?:la|su|sus|tu|esta))? (?:listas?|base)|<end>)`,
		`(?:borren|borra|borre|eliminen|elimina|elimine|quiten|quita) mi (?:numero|telefono|contacto)`,
		`(?:cancelar|cancela|cancelen|anular|anulen) (?:mi |la )?(?:suscripcion|inscripcion)`, `no <ssend> mas(?:<end>| <ssmall><smsg>)`, `(?:quiero|deseo|quisiera|necesito) (?:ya )?(?:dejar|parar) de recibir`, `(?:borrarme|sacarme|quitarme|eliminarme) de (?:la|su|tu|esta|esa) lista`, `desuscrib(?:ir|irme|eme|anme)`,
	},
}

var italian = phrasing{
	turned: `(?:non|se|quando|senza)(?: (?:voglio|posso|vorrei|mi|riesco a|ho))*|(?:ricevo|ricevuto|arrivano)`,
	opening: []string{
		`basta(?: con| di)? <ismall>(?:<imsg>|<isend>)`, `(?:stop|niente|no)(?: ai| alle| a)? <ismall><imsg><end>`, `mai piu <imsg>`,
		`nessun altro <imsg>`,
	},
	anywhere: []string{
		`non (?:mi |ci )?(?:dovete |devi )?<isent> (?:piu|mai)(?:<end>| (?:niente|nulla|per)| <ismall><imsg>)`,
		`non (?:scrivetemi|mandatemi|contattatemi|disturbatemi|chiamatemi)<end>`,
		`(?:non|nemmeno) (?:voglio|desidero|vorrei|intendo)(?: piu)?(?: (?:ricevere|essere contattat[oa]|avere))?(?: piu)? ?(?:<ismall><imsg>|niente<end>| nulla<end>)`,
		`non (?:voglio|desidero|vorrei) (?:piu )?(?:ricevere|essere contattat[oa])(?: piu)?<end>`,
		`(?:smettete|smettetela|smettila|smetti|smetta|finitela|piantatela|piantala|finiscila)(?:<end>| (?:di|con) <ismall>(?:<isend>|<imsg>))`,
		`(?:lasciatemi|lasciami|lasciateci|mi lasci) (?:in pace|stare|perdere)`,
		`(?:toglietemi|togliermi|toglimi|rimuovetemi|rimuovimi|rimuovermi|cancellatemi|cancellami|cancellarmi|eliminatemi|eliminami|levatemi)(?: (?:da|dal|dalla|dalle|dai)(?: (?:vostr[aei]|questa))? (?:lista|liste|elenco|mailing|database|contatti|rubrica)|<end>)`,
		`(?:cancellate|cancella|cancellare|rimuovete|rimuovi|eliminate|togliete) (?:il )?mio numero`,
		`come mi cancello`, `disiscriv(?:ermi|imi|etemi)`, `(?:annullare|annulla|annullate|cancellare|cancella|cancellate|disdire) (?:la mia |l )?(?:iscrizione)`,
		`(?:revoco|ritiro|revocare) (?:il )?(?:mio )?consenso`,
	},
}

var portuguese = phrasing{
	turned: `(?:nao|nunca|se|quando|sem)(?: (?:quero|posso|consigo|me))*|(?:recebo|recebi|ha|tem|chegam)`,
	opening: []string{
		`(?:chega|basta|stop|pare|parem)(?: (?:de|com))? <psmall><pmsg>`, `(?:sem|nada de|nao) mais <pmsg>`, `nao quero mais<end>`,
	},
	anywhere: []string{
		`(?:nao|nunca|nunca mais) (?:me |nos )?<psent>(?: me)?(?: mais)?(?: nada)?(?:<end>| <psmall><pmsg>)`,
		`(?:nao|nunca) (?:me )?<psend> mais(?:<end>| <psmall><pmsg>)`,
		`nao (?:quero|desejo|gostaria de)(?: mais)?(?: (?:receber|ser contatad[oa]))? (?:<psmall><pmsg>|mais nada)`,
		`nao (?:quero|desejo) (?:mais )?receber(?: mais)?<end>`,
		`(?:pare|parem|para|deixe|deixem) de (?:me )?<psend>(?:<end>| (?:mais|tanto|tanta)| <psmall><pmsg>)`,
		`(?:me )?(?:deixe|deixem|deixa)(?: me)? em paz`,
		`(?:me (?:tire|tirem|tira|remova|removam|remove|exclua|excluam)|(?:tire|tirem|remova|removam|exclua|excluam) me)(?: d(?:a|e|essa|esta|as)(?: (?:sua|suas))? listas?|<end>)`,
		`(?:tire|tirem|remova|removam|apague|apaguem|exclua|excluam) (?:o )?meu (?:numero|telefone|contato)`,
		`sair (?:da|dessa|desta|de sua) lista`, `(?:me )?descadastr(?:ar|e|em|a)(?: me)?`, `(?:cancelar|cancele|cancelem|cancela) (?:a )?(?:minha )?(?:inscricao|assinatura)`,
	},
}
