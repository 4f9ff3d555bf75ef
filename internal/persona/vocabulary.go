package persona

import "slices"

// Kind is what sort of value a fact has; it decides how it can be compared.
type Kind string

// The kinds of facts.
const (
	// Text is free text, Choice one of a few words.
	Text   Kind = "text"
	Choice Kind = "choice"
	// Number is whole, Amount in major units of the cart's currency.
	Number Kind = "number"
	Amount Kind = "amount"
	// YesNo is a yes-or-no fact, Labels a list of words.
	YesNo  Kind = "yes_no"
	Labels Kind = "labels"
)

// Fact is one thing that rules can ask about, in words for people.
type Fact struct {
	// Path is the fact's expression ("shopper.orders", "size(cart.items)").
	Path string `json:"path"`
	Kind Kind   `json:"kind"`
	// Label is its short name, Meaning one sentence.
	Label   string `json:"label"`
	Meaning string `json:"meaning"`
	// Choices are the values there are, for a Choice.
	Choices []string `json:"choices,omitempty"`
	// Example is an expression that uses it.
	Example string `json:"example"`
	// InRows is true for facts that the rule builder offers; the others are for rules written as text.
	InRows bool `json:"in_rows"`
}

// vocabulary is every fact, in reading order; a test holds it to Names.
var vocabulary = []Fact{
	{"shopper.orders", Number, "Earlier orders", "How many orders of theirs stood before this cart", nil, "shopper.orders >= 2", true},
	{"shopper.spent", Amount, "Spent so far", "What those orders came to, in the cart's currency, less refunds", nil, "shopper.spent > 500", true},
	{"shopper.visits", Number, "Days with a visit", "On how many different days they did something in the shop", nil, "shopper.visits >= 3", true},
	{"shopper.tags", Labels, "Tags", "Your shop's labels for the shopper", nil, `"vip" in shopper.tags`, true},
	{"shopper.country", Text, "Country", "Two capital letters, such as FR; empty when nobody knows", nil, `shopper.country in ["FR", "BE"]`, true},
	{"shopper.locale", Text, "Language", "Their language tag, such as fr or en-GB; empty when nobody knows", nil, `shopper.locale.startsWith("fr")`, true},
	{"shopper.device", Choice, "Device", "What they shop on; empty when nobody knows", []string{"mobile", "desktop", "tablet"}, `shopper.device == "mobile"`, true},
	{"shopper.email", Text, "Email address", "Their newest email address; empty when there is none", nil, `shopper.email.endsWith("@example.com")`, true},
	{"shopper.phone", Text, "Phone number", "Their newest phone number with country code; empty when there is none", nil, `shopper.phone != ""`, true},
	{"shopper.first_name", Text, "First name", "As they last wrote it; empty when nobody knows", nil, `shopper.first_name != ""`, true},
	{"shopper.last_name", Text, "Last name", "As they last wrote it; empty when nobody knows", nil, `shopper.last_name != ""`, true},
	{"cart.total", Amount, "Cart total", "What the shopper would pay, in the cart's currency", nil, "cart.total < 80", true},
	{"cart.currency", Text, "Currency", "Three capital letters, such as EUR", nil, `cart.currency == "EUR"`, true},
	{"size(cart.items)", Number, "Lines in the cart", "How many different products are in the cart", nil, "size(cart.items) > 1", true},
	{"cart.stage", Choice, "How far they came", "The furthest page they reached", []string{"cart", "checkout", "payment"}, `cart.stage == "payment"`, true},
	{"cart.abandon_reason", Choice, "Why it was left", "Where the shopper stopped", []string{LeftInCart, LeftAtCheckout, LeftAtPayment, LeftAfterFailedPayment}, `cart.abandon_reason == "payment_failed"`, true},
	{"cart.has_coupon", YesNo, "Has a coupon", "Whether a discount code is in the cart", nil, "cart.has_coupon", true},
	{"cart.categories", Labels, "Categories", "The categories of the products in the cart", nil, `"shoes" in cart.categories`, true},
	{"cart.restore_url", Text, "Restore link", "The platform's own address of the cart; empty where it gives none", nil, `cart.restore_url != ""`, false},
	{"cart.last_activity", Text, "Last activity", "When the cart last changed", nil, "cart.last_activity.getDayOfWeek() == 0", false},
	{"cart.told", Labels, "Written about it", "The keys of the templates that were sent about this cart, in any sequence; known to a step's condition, empty where a persona is chosen", nil, `!("first-last" in cart.told)`, false},
	{"item.title", Text, "Product title", "The title of one product; ask about them with exists", nil, `cart.items.exists(item, item.title.contains("ring"))`, false},
	{"item.variant", Text, "Product variant", "Size, colour and the like of one product", nil, `cart.items.exists(item, item.variant == "Blue")`, false},
	{"item.sku", Text, "Product number", "The SKU of one product", nil, `cart.items.exists(item, item.sku == "A-1")`, false},
	{"item.quantity", Number, "Quantity", "How many pieces of one product", nil, "cart.items.exists(item, item.quantity > 2)", false},
	{"item.price", Amount, "Price", "What one piece costs", nil, "cart.items.exists(item, item.price >= 100)", false},
	{"item.line_total", Amount, "Line total", "What all pieces of one product cost", nil, "cart.items.all(item, item.line_total < 50)", false},
	{"item.was", Amount, "Earlier price", "What one piece cost when the shopper chose it, where the price changed since; else 0", nil, "cart.items.exists(item, item.was > item.price)", false},
	{"item.image_url", Text, "Picture", "The address of a product's picture", nil, `cart.items.exists(item, item.image_url == "")`, false},
	{"item.url", Text, "Product page", "The address of a product's page", nil, `cart.items.exists(item, item.url != "")`, false},
	{"item.stock", Number, "Left in stock", "How many pieces are left; very many where nobody said", nil, "cart.items.exists(item, item.stock < 3)", false},
}

// Vocabulary lists what rules can ask about, in reading order.
func Vocabulary() []Fact { return slices.Clone(vocabulary) }

// factOf finds a fact that rows can show.
func factOf(path string) (Fact, bool) {
	i := slices.IndexFunc(vocabulary, func(f Fact) bool { return f.InRows && f.Path == path })
	if i < 0 {
		return Fact{}, false
	}
	return vocabulary[i], true
}

// Comparison is how a row compares its fact.
type Comparison struct {
	// Op names it in forms, Label in words.
	Op    string `json:"op"`
	Label string `json:"label"`
	// Kinds are the kinds of facts that it fits.
	Kinds []Kind `json:"kinds"`
	// Bare is true for those that need no value.
	Bare bool `json:"bare"`
}

// The comparisons.
const (
	OpIs         = "is"
	OpIsNot      = "is_not"
	OpOneOf      = "one_of"
	OpContains   = "contains"
	OpStarts     = "starts"
	OpEnds       = "ends"
	OpLess       = "less"
	OpAtMost     = "at_most"
	OpMore       = "more"
	OpAtLeast    = "at_least"
	OpYes        = "yes"
	OpNo         = "no"
	OpHas        = "has"
	OpHasNot     = "has_not"
	OpKnown      = "known"
	OpNotKnown   = "not_known"
	maxRowValues = 50
)

var comparisons = []Comparison{
	{OpIs, "is", []Kind{Text, Choice, Number, Amount}, false},
	{OpIsNot, "is not", []Kind{Text, Choice, Number, Amount}, false},
	{OpAtLeast, "is at least", []Kind{Number, Amount}, false},
	{OpMore, "is more than", []Kind{Number, Amount}, false},
	{OpAtMost, "is at most", []Kind{Number, Amount}, false},
	{OpLess, "is less than", []Kind{Number, Amount}, false},
	{OpOneOf, "is one of (separate by commas)", []Kind{Text, Choice}, false},
	{OpContains, "contains", []Kind{Text}, false},
	{OpStarts, "begins with", []Kind{Text}, false},
	{OpEnds, "ends with", []Kind{Text}, false},
	{OpKnown, "is known", []Kind{Text, Choice}, true},
	{OpNotKnown, "is not known", []Kind{Text, Choice}, true},
	{OpHas, "include", []Kind{Labels}, false},
	{OpHasNot, "do not include", []Kind{Labels}, false},
	{OpYes, "is true", []Kind{YesNo}, true},
	{OpNo, "is not true", []Kind{YesNo}, true},
}

// Comparisons lists the ways a row can compare.
func Comparisons() []Comparison { return slices.Clone(comparisons) }

func comparisonOf(op string) (Comparison, bool) {
	i := slices.IndexFunc(comparisons, func(c Comparison) bool { return c.Op == op })
	if i < 0 {
		return Comparison{}, false
	}
	return comparisons[i], true
}
