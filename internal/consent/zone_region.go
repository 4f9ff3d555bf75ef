package consent

// regionGroup is a set of states that lie in the same zones.
type regionGroup struct {
	// codes are the states' codes, apart by spaces, as ISO 3166-2 and the shop
	// platforms write them.
	codes string
	// zones are IANA names, apart by spaces.
	zones string
}

// regionZones tells the zones of the states of those countries that keep
// several clocks. A state split between two zones has both. A code that is not
// listed leaves the whole country open. From ISO 3166-2 and the IANA time zone
// database's comments.
var regionZones = map[string][]regionGroup{
	"US": {
		{"CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV", "America/New_York"},
		{"FL IN KY MI TN", "America/New_York America/Chicago"},
		{"AL AR IA IL LA MN MO MS OK WI", "America/Chicago"},
		{"KS ND NE SD TX", "America/Chicago America/Denver"},
		{"CO MT NM UT WY", "America/Denver"},
		{"AZ", "America/Phoenix America/Denver"}, // the Navajo Nation changes its clocks
		{"ID NV OR", "America/Denver America/Los_Angeles"},
		{"CA WA", "America/Los_Angeles"},
		{"AK", "America/Anchorage America/Adak"},
		{"HI", "Pacific/Honolulu"},
		{"PR VI", "America/Puerto_Rico"},
		{"GU MP", "Pacific/Guam"},
		{"AS", "Pacific/Pago_Pago"},
	},
	"CA": {
		{"NL", "America/St_Johns America/Halifax"},
		{"NB NS PE", "America/Halifax"},
		{"QC", "America/Toronto America/Blanc-Sablon America/Halifax"},
		{"ON", "America/Toronto America/Atikokan America/Winnipeg"},
		{"NU", "America/Toronto America/Atikokan America/Winnipeg America/Edmonton"},
		{"MB", "America/Winnipeg"},
		{"SK", "America/Regina America/Edmonton"},
		{"AB NT", "America/Edmonton"},
		{"BC", "America/Vancouver America/Creston America/Edmonton"},
		{"YT", "America/Whitehorse"},
	},
	"AU": {
		{"ACT VIC TAS", "Australia/Sydney"},
		{"NSW", "Australia/Sydney Australia/Adelaide Australia/Lord_Howe"},
		{"QLD", "Australia/Brisbane"},
		{"SA", "Australia/Adelaide"},
		{"NT", "Australia/Darwin"},
		{"WA", "Australia/Perth Australia/Eucla"},
	},
	"BR": {
		{"AL AP BA CE DF ES GO MA MG PA PB PI PR RJ RN RS SC SE SP TO", "America/Sao_Paulo"},
		{"PE", "America/Recife America/Noronha"},
		{"MS MT RO RR", "America/Manaus"},
		{"AM", "America/Manaus America/Rio_Branco"},
		{"AC", "America/Rio_Branco"},
	},
	"MX": {
		{"AG AGS AGU CAM CAMP CM CHP CHIS CS CDMX CMX DF CL COL DG DGO DUR GT GTO GUA GR GRO HG HGO HID " +
			"JA JAL MX MEX EDOMEX MI MIC MICH MO MOR OA OAX PU PUE QT QUE QRO SL SLP TB TAB TL TLA TLAX VE VER YU YUC ZA ZAC",
			"America/Mexico_City"},
		{"CO COA COAH NL NLE TM TAM TAMPS", "America/Mexico_City America/Matamoros"}, // the border changes its clocks with the US
		{"CH CHH CHIH", "America/Mexico_City America/Ciudad_Juarez America/Ojinaga"},
		{"QR QROO ROO", "America/Cancun"},
		{"BC BCN", "America/Tijuana"},
		{"BS BCS SI SIN SO SON", "America/Mazatlan"},
		{"NA NAY", "America/Mazatlan America/Mexico_City"},
	},
	"RU": {
		{"KGD", "Europe/Kaliningrad"},
		{"AD ARK BEL BRY CE CU DA IN IVA KB KC KDA KIR KL KLU KO KOS KR KRS LEN LIP ME MO MOS MOW MUR NEN NGR NIZ ORL " +
			"PNZ PSK ROS RYA SE SMO SPE STA TA TAM TUL TVE VGG VLA VLG VOR YAR", "Europe/Moscow"},
		{"AST SAM SAR UD ULY", "Europe/Samara"},
		{"BA CHE KGN KHM ORE PER SVE TYU YAN", "Asia/Yekaterinburg"},
		{"OMS", "Asia/Omsk"},
		{"AL ALT KEM KK KYA NVS TOM TY", "Asia/Novosibirsk"},
		{"BU IRK", "Asia/Irkutsk"},
		{"AMU ZAB", "Asia/Yakutsk"},
		{"SA", "Asia/Yakutsk Asia/Vladivostok Asia/Magadan"},
		{"KHA PRI YEV", "Asia/Vladivostok"},
		{"MAG SAK", "Asia/Magadan"},
		{"CHU KAM", "Asia/Kamchatka"},
	},
	"ID": {
		{"AC BB BE BT JA JB JI JK JT KB KR KT LA RI SB SS SU YO", "Asia/Jakarta"},
		{"BA GO KI KS KU NB NT SA SG SN SR ST", "Asia/Makassar"},
		{"MA MU PA PB PD PE PP PS PT", "Asia/Jayapura"},
	},
}
