package message

// BlockKind describes one kind of block: for the editor, which builds its forms
// of it, for the check of what is saved, and for the documentation.
type BlockKind struct {
	Kind string `json:"kind"`
	// Name and About are for merchants.
	Name  string `json:"name"`
	About string `json:"about"`
	// Fields are in the order of the form.
	Fields []BlockField `json:"fields"`
}

// BlockField is one field of a kind or of Style.
type BlockField struct {
	// Name is the field's in files and JSON.
	Name  string `json:"name"`
	Label string `json:"label"`
	About string `json:"about,omitempty"`
	// Type is "line", "text" (several lines with markup), "url", "number",
	// "choice" or "colour".
	Type string `json:"type"`
	// Required fields may not be empty.
	Required bool `json:"required,omitempty"`
	// Variables is true where {{ }} may stand, Markup where **bold** and the like mean something.
	Variables bool `json:"variables,omitempty"`
	Markup    bool `json:"markup,omitempty"`
	// Default is what a new block starts with, as text.
	Default string `json:"default,omitempty"`
	// Choices are all that a choice may be; the first is "" where there need be none.
	Choices []BlockChoice `json:"choices,omitempty"`
	// Min and Max bound a number; Max is a text's longest in characters.
	Min int `json:"min,omitempty"`
	Max int `json:"max,omitempty"`
}

// BlockChoice is one value of a choice.
type BlockChoice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// condition is a case that blocks can be kept for, with its Liquid.
type condition struct{ value, label, liquid string }

func conditions() []condition {
	return []condition{
		{"offer", "there is an offer with a code", `offer.code != ""`},
		{"no_offer", "there is no offer", `offer.code == ""`},
		{"cart_coupon", "the cart has a coupon in it", `cart.has_coupon`},
		{"one_item", "the cart holds one thing", `cart.item_count == 1`},
		{"several_items", "the cart holds more than one thing", `cart.item_count > 1`},
		{"returning", "they have bought before", `shopper.orders > 0`},
		{"first_time", "they have not bought before", `shopper.orders == 0`},
		{"named", "we know their first name", `shopper.first_name != ""`},
		{"unnamed", "we don’t know their first name", `shopper.first_name == ""`},
		{"checkout", "they got as far as the checkout", `cart.stage != "cart"`},
		{"support", "the shop has a support address", `shop.support_email != ""`},
	}
}

func alignField() BlockField {
	return BlockField{Name: "align", Label: "Alignment", Type: "choice",
		Choices: []BlockChoice{{"", "Start of the line"}, {"center", "Centred"}, {"end", "End of the line"}}}
}

func whenField() BlockField {
	f := BlockField{Name: "when", Label: "Show it", Type: "choice", Choices: []BlockChoice{{"", "Always"}}}
	for _, c := range conditions() {
		f.Choices = append(f.Choices, BlockChoice{c.value, "Only if " + c.label})
	}
	return f
}

func emphasisField(normal, strong, quiet string) BlockField {
	f := BlockField{Name: "emphasis", Label: "Emphasis", Type: "choice", Choices: []BlockChoice{{"", normal}}}
	if strong != "" {
		f.Choices = append(f.Choices, BlockChoice{"strong", strong})
	}
	if quiet != "" {
		f.Choices = append(f.Choices, BlockChoice{"quiet", quiet})
	}
	return f
}

func wordsField(label, start string) BlockField {
	return BlockField{Name: "text", Label: label, Type: "text", Required: true, Variables: true, Markup: true, Default: start, Max: maxBlockText}
}

func lineField(name, label, about, start string, required bool) BlockField {
	return BlockField{Name: name, Label: label, About: about, Type: "line", Required: required, Variables: true, Default: start, Max: maxBlockLine}
}

func linkField(label, about, start string, required bool) BlockField {
	return BlockField{Name: "link", Label: label, About: about, Type: "url", Required: required, Variables: true, Default: start, Max: maxBlockLink}
}

func imageFields() []BlockField {
	return []BlockField{
		{Name: "image", Label: "Picture’s address", About: "Begins with https://. At least 1,200 pixels wide looks sharp.",
			Type: "url", Required: true, Variables: true, Max: maxBlockLink},
		lineField("alt", "What it shows", "Read aloud, and shown while pictures are off. Leave it empty for mere decoration.", "", false),
	}
}

// BlockKinds lists the kinds in the order of the editor's menu.
func BlockKinds() []BlockKind {
	return append(wordKinds(), append(cartKinds(), frameKinds()...)...)
}

// wordKinds are what a letter is made of.
func wordKinds() []BlockKind {
	image := imageFields()
	return []BlockKind{
		{BlockHeading, "Heading", "One line in large letters. An email wants one, at its top.", []BlockField{
			lineField("text", "Words", "", "You left something behind", true),
			emphasisField("Large", "", "Smaller"), alignField(), whenField()}},
		{BlockText, "Text", "One or more paragraphs.", []BlockField{
			wordsField("Text", "Hi {{ shopper.first_name | default: 'there' }}, your cart is saved. Nothing is ordered yet."),
			emphasisField("Normal", "Larger, to lead in", "Small and quiet"), alignField(), whenField()}},
		{BlockButton, "Button", "The one thing you want people to press.", []BlockField{
			lineField("label", "Label", "Say what happens: “Return to my bag”.", "Return to my bag", true),
			linkField("Leads to", "Normally {{ cart.restore_url }}, which brings the cart back.", "{{ cart.restore_url }}", true),
			emphasisField("Filled", "Filled, as wide as the email", "Outlined"), alignField(), whenField()}},
		{BlockImage, "Picture", "A picture of yours, with a link if you like.", []BlockField{
			image[0], image[1], linkField("Leads to", "May stay empty.", "", false),
			{Name: "size", Label: "Size", Type: "choice", Choices: []BlockChoice{{"", "As wide as the email"}, {"medium", "Half as wide"}, {"small", "Small, such as a logo"}}},
			alignField(), whenField()}},
		{BlockColumns, "Picture and text", "Side by side; one below the other on phones.", []BlockField{
			image[0], image[1], wordsField("Text", "**A few words** about what the picture shows."),
			lineField("label", "Link’s label", "May stay empty.", "", false), linkField("Leads to", "Needed with a label.", "", false),
			{Name: "align", Label: "Order", Type: "choice", Choices: []BlockChoice{{"", "Picture first"}, {"end", "Text first"}}}, whenField()}},
		{BlockQuote, "Quotation", "What a customer said, in their words. Use real ones only.", []BlockField{
			wordsField("Words", ""), lineField("by", "Who said it", "A first name and a place will do.", "", false), alignField(), whenField()}},
	}
}

// cartKinds show what is in the cart.
func cartKinds() []BlockKind {
	return []BlockKind{
		{BlockItems, "Cart items", "What they left behind: picture, name, version, quantity and price.", []BlockField{
			{Name: "most", Label: "Show at most", About: "Further lines are summed up as “and 3 more”.", Type: "number", Default: "6", Min: 1, Max: 20},
			{Name: "pictures", Label: "Pictures", Type: "choice", Choices: []BlockChoice{{"", "Shown where there are any"}, {"none", "Left out"}}}, whenField()}},
		{BlockTotal, "Total", "What the cart comes to. Left out while that is not known.", []BlockField{
			lineField("label", "Label", "Empty: “Total”, in the email’s language.", "", false), emphasisField("Normal", "Larger", ""), whenField()}},
		{BlockCoupon, "Coupon", "The offer’s code, large enough to copy. Left out when the step makes no offer.", []BlockField{
			{Name: "text", Label: "Words above the code", Type: "text", Variables: true, Markup: true, Max: maxBlockText,
				Default: "{{ offer.value }} off, if you order with this code:"},
			emphasisField("Framed", "Filled with your colour", ""), whenField()}},
	}
}

// frameKinds stand between and below the rest.
func frameKinds() []BlockKind {
	return []BlockKind{
		{BlockDivider, "Line", "A thin line between two parts.", []BlockField{whenField()}},
		{BlockSpacer, "Space", "A little room between two parts.", []BlockField{
			{Name: "size", Label: "Size", Type: "choice", Choices: []BlockChoice{{"", "Medium"}, {"small", "Small"}, {"large", "Large"}}}, whenField()}},
		{BlockLinks, "Help and social line", "A line of links: help, returns, where else to find you.", []BlockField{
			wordsField("Links", "Questions? Write to {{ shop.support_email }}"), alignField(),
			func() BlockField { f := whenField(); f.Default = "support"; return f }()}},
		{BlockSignature, "Signature", "Who writes.", []BlockField{wordsField("Signature", "Warm regards,\n{{ shop.name }}"), alignField(), whenField()}},
		{BlockNote, "Note", "Small print at the end. Address and unsubscribe link come below it by themselves.", []BlockField{
			wordsField("Text", "You can change or remove anything before you order."), alignField(), whenField()}},
	}
}

// StyleFields describes Style's fields, for the editor and the check.
func StyleFields() []BlockField {
	return []BlockField{
		{Name: "brand", Label: "Your colour", About: "Of buttons and links. Mixed lighter or darker where it could not be read.", Type: "colour", Default: defaultBrand},
		{Name: "ink", Label: "Text colour", Type: "colour", Default: defaultInk},
		{Name: "font", Label: "Letters", Type: "choice", Choices: []BlockChoice{{"", "The reader’s own system"}, {"arial", "Arial"},
			{"georgia", "Georgia, with serifs"}, {"verdana", "Verdana, wide"}, {"trebuchet", "Trebuchet, rounder"}}},
		{Name: "width", Label: "Width", About: "In pixels; 600 suits every mail program.", Type: "number", Default: "600", Min: 480, Max: 680},
		{Name: "corners", Label: "Corners", Type: "choice", Choices: []BlockChoice{{"", "Slightly rounded"}, {"square", "Square"}, {"round", "Round"}}},
	}
}
