package storefront

import "github.com/cartograph-dev/cartograph/internal/event"

var spanish = texts{
	Dir: "ltr", SomeShop: "La tienda", HelpLead: "¿Alguna pregunta? Escriba a", VisitShop: "Ir a {shop}",

	CartTitle: "Su carrito sigue aquí", CartLead: "{shop} ha guardado lo que eligió. No se compra nada hasta que usted lo diga.",
	CartButton: "Ir a mi carrito", CartGoing: "Abriendo su carrito…", CartTotal: "Total",
	CartKept:     "{shop} ha guardado su carrito. El botón le lleva directamente a él.",
	OrderedTitle: "Ya hizo este pedido", OrderedLead: "¡Gracias! Este carrito ya es un pedido en {shop}, así que no queda nada por recuperar.",
	EmptyTitle: "Este carrito está vacío", EmptyLead: "Los artículos se retiraron después de nuestro mensaje, así que no hay nada que recuperar.",
	ExpiredTitle: "Este enlace es demasiado antiguo", ExpiredLead: "Estos enlaces solo funcionan durante un tiempo. Quizá su carrito siga esperando en {shop}.",
	UnknownTitle: "Este enlace no lleva a ninguna parte", UnknownLead: "Puede que se cortara al copiarlo o que ya no esté en uso. Pruebe de nuevo con el enlace del mensaje.",
	TroubleTitle: "No ha funcionado", TroubleLead: "Algo ha fallado por nuestra parte y no se ha cambiado nada. Inténtelo de nuevo dentro de un minuto.",
	RefusedTitle: "Aquí no es posible", RefusedLead: "No se ha cambiado nada. Si quiere recibir mensajes por este canal, indíquelo en {shop} al hacer un pedido o en su cuenta.",

	StopTitle: "¿Dejar de recibir estos mensajes?", StopButton: "Darse de baja", StopAll: "Detener todos los mensajes de esta tienda",
	StopAllNote: "Por correo electrónico, SMS y Messenger. Las noticias sobre un pedido que haya hecho no se ven afectadas.",
	StoppedLead: "Ya detuvo estos mensajes. También puede detener todos los demás de {shop}.",
	StopLead: perChannel{
		event.Email: "{shop} dejará de enviar correos a {address} sobre sus carritos.", event.SMS: "{shop} dejará de enviar SMS al {address} sobre sus carritos.",
		event.Messenger: "{shop} dejará de escribirle por Messenger sobre sus carritos.",
	},
	DoneTitle: "Hecho", DoneAll: "{shop} no le enviará más mensajes sobre sus carritos.",
	DoneNote: "Cuenta desde ahora mismo. Un mensaje que ya estuviera en camino aún puede llegar.", DoneBack: "Ver todas sus preferencias",
	DoneChannel: perChannel{
		event.Email: "{shop} no le enviará más correos sobre sus carritos.", event.SMS: "{shop} no le enviará más SMS sobre sus carritos.",
		event.Messenger: "{shop} no le escribirá más por Messenger sobre sus carritos.",
	},
	DoneAllowed: perChannel{
		event.Email: "{shop} puede volver a enviarle correos sobre sus carritos.", event.SMS: "{shop} puede volver a enviarle SMS sobre sus carritos.",
		event.Messenger: "{shop} puede volver a escribirle por Messenger sobre sus carritos.",
	},

	ChoicesTitle: "Sus preferencias, canal por canal", ChoiceYes: "Dijo que sí", ChoiceNo: "Detenido", ChoiceUnknown: "No se le ha preguntado",
	ChoiceStop: "Detener", ChoiceAllow: "Acepto: volver a permitir", ChoiceAllowTitle: "¿Ha cambiado de opinión?",
	ChoiceElsewhere: "Este canal solo se puede permitir en la propia tienda {shop}.",
	ChoiceStart:     "Si alguna vez respondió STOP a un SMS, envíe también START al mismo número.",
	Channels:        perChannel{event.Email: "Correo electrónico", event.SMS: "SMS", event.Messenger: "Messenger"},
	Agree: perChannel{
		event.Email:     "Sí, {shop} puede enviarme a esta dirección correos automáticos, ofertas incluidas, sobre los carritos que dejé en la tienda. Puedo detenerlos en cualquier momento.",
		event.SMS:       "Sí, {shop} puede enviarme a este número SMS publicitarios automáticos, incluidos recordatorios de carritos. Aceptarlo no es condición para comprar. Mi operador puede aplicar tarifas. Puedo detenerlos en cualquier momento respondiendo STOP.",
		event.Messenger: "Sí, {shop} puede enviarme por Messenger mensajes automáticos, ofertas incluidas, sobre los carritos que dejé en la tienda. Puedo detenerlos en cualquier momento.",
	},
	Blocked: map[string]string{
		"": "Detenido por el proveedor que entrega los mensajes", "bounced": "Detenido: no se pudo entregar un mensaje anterior",
		"complained": "Detenido: un mensaje se marcó como no deseado", "invalid_address": "Detenido: la dirección no existe",
		"blocked": "Detenido: usted bloqueó al remitente",
	},

	WhyTitle: "¿Por qué he recibido esto?", WhyMessage: "Por qué este mensaje", WhyCart: "Su última actividad en el carrito fue el {date}.",
	WhyStep: perChannel{
		event.Email:     "El {date}, {shop} le escribió por correo electrónico. Fue el mensaje n.º {step} sobre este carrito.",
		event.SMS:       "El {date}, {shop} le escribió por SMS. Fue el mensaje n.º {step} sobre este carrito.",
		event.Messenger: "El {date}, {shop} le escribió por Messenger. Fue el mensaje n.º {step} sobre este carrito.",
	},
	WhyAsked: perChannel{
		event.Email:     "El {date}, {shop} le pidió por correo electrónico que confirmara su consentimiento.",
		event.SMS:       "El {date}, {shop} le pidió por SMS que confirmara su consentimiento.",
		event.Messenger: "El {date}, {shop} le pidió por Messenger que confirmara su consentimiento.",
	},
	WhyLook:       "Justo antes del envío, un programa lo comprobó una vez más: no se había pedido nada de este carrito, y ni sus preferencias ni las reglas de abajo lo impedían.",
	WhyPermission: "Con qué permiso", WhySays: "{shop} puede escribirle: {reason}.", WhyGiven: "Dado:", WhyGivenBy: "Prueba:", WhyOn: "{source}, el {date}",
	WhyWording: "Con estas palabras:", Quoted: "«{words}»", WhyRule: "Nombre de la regla en los registros:",
	Permissions: map[string]string{
		"consent.yes": "usted aceptó recibir mensajes por este canal", "consent.off": "según sus propios registros, tiene derecho a hacerlo",
		"consent.soft_opt_in":  "usted es cliente de esta tienda y no se opuso",
		"consent.confirmation": "usted aceptó recibir mensajes, y este le pide que lo confirme",
	},
	Sources: map[string]string{
		"preference page": "en la página del enlace de un mensaje", "unsubscribe page": "en la página de baja", "keyword start": "al responder START",
		"confirmation page": "al confirmar la dirección", "import": "en una lista que aportó la tienda", "shopify checkout": "al finalizar una compra en la tienda",
		"checkout": "al finalizar una compra en la tienda", "api": "comunicado por el sistema de la tienda",
	},
	Evidence: map[string]string{
		"event": "lo comunicó el sistema de la tienda", "message": "se dijo en una página abierta desde un mensaje dirigido a usted",
		"import": "consta en una lista que importó la tienda", "inbound": "usted lo escribió en un mensaje",
	},
	WhyLaw: "Qué reglas se aplican", WhyPlace: "País considerado: {country}.", WhyNowhere: "No se conoce su país, así que se aplican las reglas generales, más prudentes.",
	LawOf: perChannel{
		event.Email: "Para los correos sobre carritos, la ley de su lugar exige:", event.SMS: "Para los SMS sobre carritos, la ley de su lugar y los operadores exigen:",
		event.Messenger: "Para los mensajes por Messenger, las reglas de Meta y la ley exigen:",
	},
	LawExpress: "Usted debe haber dado su consentimiento expreso.", LawSoft: "Un sí suyo, o una compra anterior sin oposición.", LawDouble: "El sí debe confirmarse desde la propia dirección.",
	LawNamed: "El sí debe haber mencionado los recordatorios de carritos.", LawAlways: "Pueden llegar a cualquier hora.", LawHours: "Según su hora local, solo pueden llegar en estos horarios: {hours}.", LawHolidays: "No pueden llegar en días festivos.",
	LawPerCart: "Como máximo {n} por carrito.", LawPerDay: "Como máximo {n} en 24 horas.", LawWithin: "Como muy tarde {n} horas después de dejar el carrito.",
	LawWindow: "Solo en las {n} horas siguientes a su último mensaje a la tienda.", WhySource: "Fuente: {source}; última revisión el {date}. Es un resumen, no asesoramiento jurídico.",
	WhyKnown: "Qué se sabe de usted", WhyFrom: "Todo procede de los sistemas de {shop} ({platform}) y de sus propias respuestas. No se ha comprado nada a terceros.",
	WhyTold:   "Las direcciones se muestran solo en parte, porque un enlace puede reenviarse.",
	KnownName: "Nombre", KnownCountry: "País", KnownDevice: "Dispositivo", KnownLanguage: "Idioma", KnownSince: "Conocido desde el", KnownCart: "En el carrito",
	WhyStopTitle: "Cómo detenerlos", WhyStop: "Detener estos mensajes",
	Devices: map[string]string{"mobile": "teléfono", "tablet": "tableta", "desktop": "ordenador"},

	ConfirmTitle: "Confirme, por favor", ConfirmButton: "Sí, lo confirmo", ConfirmAsks: "Usted confirma:",
	ConfirmIgnore: "Si no lo ha pedido usted, cierre esta página. No se le enviará nada.",
	ConfirmLead: perChannel{
		event.Email: "¿Ha pedido que {shop} le escriba a {address}?", event.SMS: "¿Ha pedido que {shop} envíe SMS al {address}?",
		event.Messenger: "¿Ha pedido que {shop} le escriba por Messenger?",
	},
	ConfirmedTitle: "Confirmado", ConfirmedNote: "Puede detenerlos en cualquier momento con el enlace de cada mensaje.",
	ConfirmedLead: perChannel{
		event.Email: "Gracias. Ahora {shop} puede escribirle a {address}.", event.SMS: "Gracias. Ahora {shop} puede enviar SMS al {address}.",
		event.Messenger: "Gracias. Ahora {shop} puede escribirle por Messenger.",
	},

	Moment: "{day} de {month} de {year} a las {time} {zone}", Day: "{day} de {month} de {year}",
	Months: "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre", Days: "lunes martes miércoles jueves viernes sábado domingo",
	Hour: "{hour}:{minute}", Span: "de {from} a {to}", DaySpan: "de {from} a {to}",
}
