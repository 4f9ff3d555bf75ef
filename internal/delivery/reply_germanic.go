package delivery

var german = phrasing{
	turned: `(?:nicht|nie|wenn ich|falls ich|ohne|versehentlich)(?: (?:mich|mehr))*|(?:bekomme|bekommen|erhalte|erhalten|kriege|habe|hab|haben|sehe|kommen|gibt es)(?: (?:ich|leider|noch|wir|jetzt|seit gestern))*`,
	opening: []string{
		`(?:stopp?t?|stoppen sie|schluss)(?: bitte)?(?: mit)? (?:(?:den|der|dieser|diesen|eure|euren|ihre|ihren|die|diese) )*<gmsg>`,
		`(?:stopp?|genug) (?:ich|jetzt reicht|es reicht|keine)`,
		`kein(?:e|en)? (?:weiteren? )?<gmsg><end>`, `(?:hoer|hor)(?:t|en sie)? auf<end>`, `aufho?eren mit`,
	},
	anywhere: []string{
		`kein(?:e|en)? (?:weiteren? |solchen? |eurer |ihrer )?<gmsg> (?:mehr|erhalten|bekommen|empfangen|von (?:euch|ihnen)|zu (?:schicken|senden))`,
		`(?:will|mochte|moechte|wunsche|wuensche|wollen) (?:ich )?(?:in zukunft |bitte )?(?:kein(?:e|en)? (?:weiteren? )?(?:<gmsg>)|nichts mehr (?:bekommen|erhalten|von))`,
		`(?:schreib|schreibt|schreiben sie|schickt|schick|schicken sie|sendet|senden sie|kontaktiert|kontaktieren sie|texte|textet) (?:mir|mich|uns) (?:bitte )?(?:nicht mehr|nie wieder|nichts mehr|nie mehr|keine (?:weiteren )?<gmsg>)`,
		`(?:mir|mich|uns) (?:bitte )?(?:nicht mehr|nie wieder|nichts mehr) (?:<gsend>|zu <gsend>)`,
		`nicht mehr (?:<gsend>|zu <gsend>)(?:<end>)`,
		`(?:hor|hoer|hort|hoert|horen sie|hoeren sie) (?:bitte |endlich |doch )*auf(?:<end>| (?:mir|mich|uns|damit|mit)(?:<end>| (?:zu |den |der |diesen |euren |ihren |weiter )*(?:<gsend>|<gmsg>)))`,
		`lass(?:t|en sie)? (?:mich|uns) (?:bitte |endlich |einfach )*in (?:ruhe|frieden)`,
		`(?:nehmt|nehmen sie|nimm|streicht|streichen sie|loscht|loeschen sie|loschen sie|losch|entfernt|entfernen sie|tragt|tragen sie) (?:mich|meine (?:nummer|telefonnummer|handynummer|daten)|diese nummer)(?:<end>| (?:bitte )?(?:von|aus) (?:der|eurer|ihrer|dem|eurem|ihrem|dieser) (?:liste|verteiler|datenbank|mailingliste)| (?:bitte )?aus<end>| raus<end>)`,
		`(?:aus dem|aus eurem|aus ihrem) verteiler`, `(?:meldet|melde|melden sie) mich (?:bitte )?ab`,
		`(?:mich|uns) (?:hier |bitte |wieder )*(?:abmelden|austragen|abzumelden|auszutragen)`, `(?:sms|newsletter|nachrichten|werbung|benachrichtigungen) (?:bitte )?(?:abbestellen|abmelden|stoppen|beenden)`,
		`(?:widerrufe|widerruf) (?:hiermit )?(?:meine|meiner) (?:einwilligung|zustimmung)`,
	},
}

var dutch = phrasing{
	turned: `(?:niet|nooit|als ik|zonder|per ongeluk)(?: (?:me|mij))*|(?:krijg|krijgen|ontvang|ontvangen|heb|zie|kreeg|zijn)(?: (?:ik|nog|al|er|helaas))*`,
	opening: []string{
		`stop(?: met)? (?:(?:de|die|deze|het|jullie|dit|alle|al) )*(?:<dmsg>|<dsend>)`, `stop (?:ermee|hiermee|daarmee|ik|nu)`,
		`geen (?:verdere |nieuwe )?<dmsg><end>`, `(?:hou|houd) (?:ermee )?op<end>`,
	},
	anywhere: []string{
		`geen (?:verdere |van jullie )?<dmsg> meer`, `(?:wil|wens) (?:ik )?(?:echt |liever )?geen <dmsg>`,
		`stop(?:pen)?(?: alsjeblieft| aub)? met (?:het )?(?:mij |me |ons )?(?:te )?(?:<dsend>|<dmsg>)`,
		`(?:hou|houd|houden) (?:toch )?op(?: met (?:het )?(?:mij |me )?(?:<dsend>|<dmsg>))`,
		`(?:stuur|stuurt|schrijf|app|sms|mail|bel|contacteer) (?:mij |me |ons )(?:alsjeblieft |aub )?(?:niet meer|nooit meer|niks meer|niets meer|geen <dmsg>)`,
		`(?:mij |me |ons )?(?:niet meer|nooit meer|niks meer|niets meer) (?:te )?<dsend>(?:<end>)`,
		`laat (?:mij|me|ons) (?:alsjeblieft |aub |gewoon )*met rust`,
		`(?:haal|verwijder|schrap|gooi) (?:mij|me|mijn nummer|dit nummer|mijn gegevens)(?:<end>| (?:aub )?(?:van|uit) (?:de|jullie|uw|die|deze|het) (?:lijst|lijsten|mailinglijst|bestand|systeem)| eraf<end>)`,
		`(?:schrijf (?:mij|me) uit|meld (?:mij|me) af)`, `(?:mij|me|mezelf) (?:graag |hier )*(?:uitschrijven|afmelden|uit te schrijven|af te melden)`,
		`(?:trek|intrek) mijn toestemming`,
	},
}
