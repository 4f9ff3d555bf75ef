package storefront

import "github.com/cartograph-dev/cartograph/internal/event"

var spanish = texts{
	Dir: "ltr", SomeShop: "La tienda", HelpLead: "¿Alguna duda? Escribe a", VisitShop: "Ir a {shop}",

	CartTitle: "Tu carrito sigue aquí", CartLead: "{shop} ha guardado lo que elegiste. No se compra nada hasta que tú lo digas.",
	CartButton: "Ir a mi carrito", CartGoing: "Abriendo tu carrito…", CartTotal: "Total",
	CartKept:     "{shop} ha guardado tu carrito. El botón te lleva directamente a él.",
	OrderedTitle: "Ya hiciste este pedido", OrderedLead: "¡Gracias! Este carrito ya es un pedido en {shop}, así que aquí no queda nada por hacer.",
	EmptyTitle: "Este carrito está vacío", EmptyLead: "Los artículos se retiraron después de nuestro mensaje, así que no hay nada que recuperar.",
	GoneTitle: "{shop} ya no tiene este carrito", GoneLead: "La tienda guarda los carritos solo durante un tiempo. Esto es lo que había, para que puedas encontrarlo de nuevo.",
	ExpiredTitle: "Este enlace es demasiado antiguo", ExpiredLead: "Estos enlaces solo funcionan durante un tiempo. Quizá tu carrito siga esperando en {shop}.",
	UnknownTitle: "Este enlace no lleva a ninguna parte", UnknownLead: "Puede que se cortara al copiarlo o que ya no esté en uso. Prueba de nuevo con el enlace del mensaje.",
	TroubleTitle: "No ha funcionado", TroubleLead: "Ha habido un error por nuestra parte y no se ha cambiado nada. Inténtalo de nuevo dentro de un minuto.",
	RefusedTitle: "Aquí no es posible", RefusedLead: "No se ha cambiado nada. Si quieres recibir mensajes por este canal, indícalo en {shop} al hacer un pedido o en tu cuenta.",

	StopTitle: "¿Dejar de recibir estos mensajes?", StopButton: "Darme de baja", StopAll: "Dejar de recibir todos los mensajes de esta tienda",
	StopAllNote: "Por correo electrónico, SMS y Messenger. Esto no afecta a los avisos sobre un pedido que hayas hecho.",
	StoppedLead: "Ya te diste de baja de estos mensajes. También puedes darte de baja de todos los demás de {shop}.",
	StopLead: perChannel{
		event.Email: "Pulsa el botón y {shop} dejará de enviar correos a {address} sobre tus carritos.", event.SMS: "Pulsa el botón y {shop} dejará de enviar SMS al {address} sobre tus carritos.",
		event.Messenger: "Pulsa el botón y {shop} dejará de escribirte por Messenger sobre tus carritos.",
	},
	DoneTitle: "Hecho", DoneAll: "{shop} no te enviará más mensajes sobre tus carritos.",
	DoneNote: "Tiene efecto desde ahora mismo. Puede que aún te llegue algún mensaje que ya estuviera en camino.", DoneBack: "Ver todas tus preferencias",
	DoneChannel: perChannel{
		event.Email: "{shop} no te enviará más correos sobre tus carritos.", event.SMS: "{shop} no te enviará más SMS sobre tus carritos.",
		event.Messenger: "{shop} no te escribirá más por Messenger sobre tus carritos.",
	},
	DoneAllowed: perChannel{
		event.Email: "{shop} puede volver a enviarte correos sobre tus carritos.", event.SMS: "{shop} puede volver a enviarte SMS sobre tus carritos.",
		event.Messenger: "{shop} puede volver a escribirte por Messenger sobre tus carritos.",
	},

	ChoicesTitle: "Tus preferencias, canal por canal", ChoiceYes: "Diste tu consentimiento", ChoiceNo: "De baja", ChoiceUnknown: "No se te ha preguntado",
	ChoiceStop: "Dejar de recibir", ChoiceAllow: "Acepto: volver a permitir", ChoiceAllowTitle: "¿Has cambiado de opinión?",
	ChoiceElsewhere: "Este canal solo se puede permitir en la propia tienda {shop}.",
	ChoiceStart:     "Si alguna vez respondiste STOP a un SMS, envía también START al mismo número.",
	Channels:        perChannel{event.Email: "Correo electrónico", event.SMS: "SMS", event.Messenger: "Messenger"},
	Agree: perChannel{
		event.Email:     "Sí, doy mi consentimiento para que {shop} me envíe a esta dirección correos publicitarios automáticos sobre los carritos que dejé en la tienda, ofertas incluidas. Puedo retirarlo en cualquier momento.",
		event.SMS:       "Sí, doy mi consentimiento para que {shop} me envíe a este número SMS publicitarios automáticos, incluidos recordatorios de carritos. Darlo no es condición para comprar. Mi operador puede aplicar tarifas. Puedo retirarlo en cualquier momento respondiendo STOP.",
		event.Messenger: "Sí, doy mi consentimiento para que {shop} me envíe por Messenger mensajes publicitarios automáticos sobre los carritos que dejé en la tienda, ofertas incluidas. Puedo retirarlo en cualquier momento.",
	},
	Blocked: map[string]string{
		"": "Suspendido por el proveedor que entrega los mensajes", "bounced": "Suspendido: no se pudo entregar un mensaje anterior",
		"complained": "Suspendido: un mensaje se marcó como no deseado", "invalid_address": "Suspendido: la dirección no existe",
		"blocked": "Suspendido: bloqueaste al remitente",
	},

	WhyTitle: "¿Por qué he recibido esto?", WhyMessage: "Por qué este mensaje", WhyCart: "Tu última actividad en el carrito fue el {date}.",
	WhyStep: perChannel{
		event.Email:     "El {date}, {shop} te escribió por correo electrónico. Fue el paso {step} de los recordatorios sobre este carrito.",
		event.SMS:       "El {date}, {shop} te escribió por SMS. Fue el paso {step} de los recordatorios sobre este carrito.",
		event.Messenger: "El {date}, {shop} te escribió por Messenger. Fue el paso {step} de los recordatorios sobre este carrito.",
	},
	WhyAsked: perChannel{
		event.Email:     "El {date}, {shop} te pidió por correo electrónico que confirmaras tu consentimiento.",
		event.SMS:       "El {date}, {shop} te pidió por SMS que confirmaras tu consentimiento.",
		event.Messenger: "El {date}, {shop} te pidió por Messenger que confirmaras tu consentimiento.",
	},
	WhyLook:       "Justo antes del envío, un programa lo comprobó una vez más: no se había pedido nada de este carrito, y ni tus preferencias ni las reglas de abajo lo impedían.",
	WhyPermission: "Con qué permiso", WhySays: "{shop} puede escribirte: {reason}.", WhyGiven: "Dado:", WhyGivenBy: "Prueba:", WhyOn: "{source}, el {date}",
	WhyWording: "Con estas palabras:", Quoted: "«{words}»", WhyRule: "Nombre de la regla en los registros:",
	Permissions: map[string]string{
		"consent.yes": "aceptaste recibir mensajes por este canal", "consent.off": "según sus propios registros, tiene derecho a hacerlo",
		"consent.soft_opt_in":  "eres cliente de esta tienda y no te has opuesto",
		"consent.confirmation": "aceptaste recibir mensajes, y este te pide que lo confirmes",
	},
	Sources: map[string]string{
		"preference page": "en la página del enlace de un mensaje", "unsubscribe page": "en la página de baja", "keyword start": "al responder START",
		"confirmation page": "al confirmar la dirección", "import": "en una lista que aportó la tienda", "shopify checkout": "al finalizar una compra en la tienda",
		"checkout": "al finalizar una compra en la tienda", "api": "comunicado por el sistema de la tienda",
	},
	Evidence: map[string]string{
		"event": "lo comunicó el sistema de la tienda", "message": "se dijo en una página abierta desde un mensaje dirigido a ti",
		"import": "consta en una lista que importó la tienda", "inbound": "lo escribiste en un mensaje",
	},
	WhyLaw: "Qué reglas se aplican", WhyPlace: "País considerado: {country}.", WhyNowhere: "No se conoce tu país, así que se aplican las reglas generales, más prudentes.",
	LawOf: perChannel{
		event.Email: "Para los correos sobre carritos, la ley de donde estás exige:", event.SMS: "Para los SMS sobre carritos, la ley de donde estás y los operadores exigen:",
		event.Messenger: "Para los mensajes por Messenger, las reglas de Meta y la ley exigen:",
	},
	LawExpress: "Debes haber dado tú el consentimiento, de forma expresa.", LawSoft: "Tu consentimiento, o una compra anterior sin que te opusieras.", LawDouble: "El consentimiento debe confirmarse desde la propia dirección.",
	LawNamed: "El consentimiento debe haber mencionado los recordatorios de carritos.", LawAlways: "Pueden llegar a cualquier hora.", LawHours: "Según tu hora local, solo pueden llegar en estos horarios: {hours}.", LawHolidays: "No pueden llegar en días festivos.",
	LawPerCart: "Como máximo {n} por carrito.", LawPerDay: "Como máximo {n} en 24 horas.", LawWithin: "Como muy tarde {n} horas después de dejar el carrito.",
	LawWindow: "Solo en las {n} horas siguientes a tu último mensaje a la tienda.", WhySource: "Fuente: {source}; última revisión el {date}. Es un resumen, no asesoramiento jurídico.",
	WhyKnown: "Qué se sabe de ti", WhyFrom: "Todo procede de los sistemas de {shop} ({platform}) y de tus propias respuestas. No se ha comprado nada a terceros.",
	WhyTold:   "Las direcciones se muestran solo en parte, porque un enlace puede reenviarse.",
	KnownName: "Nombre", KnownCountry: "País", KnownDevice: "Dispositivo", KnownLanguage: "Idioma", KnownSince: "Con datos desde el", KnownCart: "En el carrito",
	WhyStopTitle: "Cómo darte de baja", WhyStop: "Dejar de recibir estos mensajes",
	Devices: map[string]string{"mobile": "teléfono", "tablet": "tableta", "desktop": "ordenador"},

	ConfirmTitle: "Confírmalo, por favor", ConfirmButton: "Sí, lo confirmo", ConfirmAsks: "Confirmas lo siguiente:",
	ConfirmIgnore: "Si no lo has pedido tú, cierra esta página. No se te enviará nada.",
	ConfirmLead: perChannel{
		event.Email: "¿Has pedido que {shop} te escriba a {address}?", event.SMS: "¿Has pedido que {shop} envíe SMS al {address}?",
		event.Messenger: "¿Has pedido que {shop} te escriba por Messenger?",
	},
	ConfirmedTitle: "Confirmado", ConfirmedNote: "Puedes retirar tu consentimiento en cualquier momento con el enlace de cada mensaje.",
	ConfirmedLead: perChannel{
		event.Email: "Gracias. Ahora {shop} puede escribirte a {address}.", event.SMS: "Gracias. Ahora {shop} puede enviar SMS al {address}.",
		event.Messenger: "Gracias. Ahora {shop} puede escribirte por Messenger.",
	},

	Moment: "{day} de {month} de {year} ({time} {zone})", Day: "{day} de {month} de {year}",
	Months: "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre", Days: "lunes martes miércoles jueves viernes sábado domingo",
	Hour: "{hour}:{minute}", Span: "de {from} a {to}", DaySpan: "de {from} a {to}", Apart: "; ",
}
