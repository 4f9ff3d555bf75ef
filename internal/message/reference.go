package message

// Name documents one thing that templates can write: for completion in the
// editor, and for the documentation. What it does not list does not exist.
type Name struct {
	// Name is as it is written: "shopper.first_name", "upcase", "for", "button".
	Name string `json:"name"`
	// Kind is "variable", "filter", "tag" or "snippet".
	Kind string `json:"kind"`
	// About says what it is in a few words; Example shows it at work.
	About   string `json:"about"`
	Example string `json:"example"`
}

// Names lists every variable, filter, tag and shipped snippet.
func Names() []Name {
	var all []Name
	for _, list := range [][]Name{personNames(), cartNames(), itemNames(), shopNames(), loopNames(), textFilters(), listFilters(), numberFilters(), tagNames(), snippetNames()} {
		all = append(all, list...)
	}
	return all
}

// filterNames are the filters as the validator wants them.
func filterNames() map[string]bool {
	out := map[string]bool{}
	for _, list := range [][]Name{textFilters(), listFilters(), numberFilters()} {
		for _, n := range list {
			out[n.Name] = true
		}
	}
	return out
}

// of makes entries of one kind; each row is name, about and example.
func of(kind string, rows ...[3]string) []Name {
	out := make([]Name, len(rows))
	for i, r := range rows {
		out[i] = Name{r[0], kind, r[1], r[2]}
	}
	return out
}

func personNames() []Name {
	return of("variable",
		[3]string{"shopper.first_name", "Their first name; empty when it is not known.", "{{ shopper.first_name | default: 'there' }}"},
		[3]string{"shopper.last_name", "Their last name; may be empty.", "{{ shopper.last_name }}"},
		[3]string{"shopper.email", "Their email address; may be empty.", "{{ shopper.email }}"},
		[3]string{"shopper.phone", "Their phone number with country code; may be empty.", "{{ shopper.phone }}"},
		[3]string{"shopper.country", "Two letters of the country, such as FR; may be empty.", "{% if shopper.country == 'FR' %}…{% endif %}"},
		[3]string{"shopper.locale", "The language their browser or account asks for.", "{{ shopper.locale }}"},
		[3]string{"shopper.device", "What they shopped on: mobile, tablet or desktop; may be empty.", "{% if shopper.device == 'mobile' %}…{% endif %}"},
		[3]string{"shopper.orders", "How many orders they placed before.", "{% if shopper.orders > 0 %}Welcome back{% endif %}"},
		[3]string{"shopper.spent", "What they spent before, written as money.", "{{ shopper.spent }}"},
		[3]string{"shopper.spent_amount", "What they spent before, as a number to compare with.", "{% if shopper.spent_amount > 100 %}…{% endif %}"},
		[3]string{"shopper.visits", "How many visits were seen.", "{{ shopper.visits }}"},
		[3]string{"shopper.tags", "The tags the shop gave them: a list.", "{% if shopper.tags contains 'vip' %}…{% endif %}"},
	)
}

func cartNames() []Name {
	return of("variable",
		[3]string{"cart.restore_url", "The link that brings the cart back. Every message wants it once.", `<a href="{{ cart.restore_url }}">Return to my bag</a>`},
		[3]string{"cart.total", "What the cart comes to, written as money; empty when it is not known.", "{{ cart.total }}"},
		[3]string{"cart.total_amount", "What the cart comes to, as a number to compare with.", "{% if cart.total_amount > 50 %}…{% endif %}"},
		[3]string{"cart.currency", "The currency’s three letters.", "{{ cart.currency }}"},
		[3]string{"cart.items", "The lines of the cart: a list.", "{% for item in cart.items limit: 3 %}{{ item.title }}{% endfor %}"},
		[3]string{"cart.item_count", "How many things are in it, quantities added up.", "{% if cart.item_count > 1 %}…{% endif %}"},
		[3]string{"cart.categories", "The categories of what is in it: a list.", "{{ cart.categories | join: ', ' }}"},
		[3]string{"cart.stage", "How far they got: cart, checkout or payment.", "{% if cart.stage == 'payment' %}…{% endif %}"},
		[3]string{"cart.has_coupon", "True when a coupon is in the cart already.", "{% unless cart.has_coupon %}…{% endunless %}"},
		[3]string{"cart.abandon_reason", "Why they seem to have left, as far as one can tell; may be empty.", "{{ cart.abandon_reason }}"},
		[3]string{"cart.last_activity", "The day they last touched it, in their language.", "{{ cart.last_activity }}"},
	)
}

func itemNames() []Name {
	return of("variable",
		[3]string{"item.title", "What the thing is called. All of item.… exist within the loop only.", "{% for item in cart.items %}{{ item.title }}{% endfor %}"},
		[3]string{"item.variant", "The version, such as Blue / M; may be empty.", "{{ item.variant }}"},
		[3]string{"item.sku", "The shop’s own number of it; may be empty.", "{{ item.sku }}"},
		[3]string{"item.quantity", "How many of it.", "{{ item.quantity }} × {{ item.title }}"},
		[3]string{"item.price", "The price of one, written as money; may be empty.", "{{ item.price }}"},
		[3]string{"item.price_amount", "The price of one, as a number.", "{% if item.price_amount > 20 %}…{% endif %}"},
		[3]string{"item.line_total", "The price of all of it, written as money; may be empty.", "{{ item.line_total }}"},
		[3]string{"item.line_total_amount", "The price of all of it, as a number.", "{{ item.line_total_amount | money }}"},
		[3]string{"item.was", "The price of one that the shopper saw, where your shop asks another one now; else empty.", "{% if item.was != '' %}<s>{{ item.was }}</s> {% endif %}{{ item.price }}"},
		[3]string{"item.was_amount", "The same as a number; 0 where the price did not change.", "{% if item.was_amount > item.price_amount %}Cheaper now{% endif %}"},
		[3]string{"item.image_url", "Its picture’s address; may be empty.", `{% if item.image_url != "" %}<img src="{{ item.image_url }}" alt="">{% endif %}`},
		[3]string{"item.url", "Its page’s address in the shop; may be empty.", `<a href="{{ item.url }}">{{ item.title }}</a>`},
		[3]string{"item.stock", "How many are left; empty when the shop does not tell.", "{% if item.stock < 4 %}Only {{ item.stock }} left{% endif %}"},
	)
}

func shopNames() []Name {
	return of("variable",
		[3]string{"shop.name", "Your shop’s name.", "{{ shop.name }}"},
		[3]string{"shop.domain", "Your shop’s domain, without https://.", "https://{{ shop.domain }}/returns"},
		[3]string{"shop.currency", "Your shop’s currency, three letters.", "{{ shop.currency }}"},
		[3]string{"shop.support_email", "Where questions go; empty when none is set.", "{{ shop.support_email }}"},
		[3]string{"shop.address", "Your postal address. It stands below every email by itself.", "{{ shop.address }}"},
		[3]string{"offer.code", "The code of the step’s offer; empty when it makes none.", "{% if offer.code != '' %}{{ offer.code }}{% endif %}"},
		[3]string{"offer.value", "What the offer is worth, such as 10%; may be empty.", "{{ offer.value }}"},
		[3]string{"offer.expires", "The day the offer ends, in the reader’s language, with the hour by your clock when it is within two days; may be empty.", "{{ offer.expires }}"},
		[3]string{"message.unsubscribe_url", "The link out. It stands below every email by itself.", `<a href="{{ message.unsubscribe_url }}">Unsubscribe</a>`},
		[3]string{"message.why_url", "The page that says why they got this.", `<a href="{{ message.why_url }}">Why this mail?</a>`},
		[3]string{"message.confirm_url", "The link that confirms a yes; in the template “confirm-consent” only.", `<a href="{{ message.confirm_url }}">Yes, write to me</a>`},
		[3]string{"blank", "Nothing, to compare with.", "{% if shopper.first_name == blank %}…{% endif %}"},
	)
}

func loopNames() []Name {
	return of("variable",
		[3]string{"forloop.first", "True for the first turn. All of forloop.… exist within a loop only.", "{% if forloop.first %}…{% endif %}"},
		[3]string{"forloop.last", "True for the last turn.", "{% unless forloop.last %}, {% endunless %}"},
		[3]string{"forloop.index", "The turn’s number, from 1.", "{{ forloop.index }}."},
		[3]string{"forloop.index0", "The turn’s number, from 0.", "{{ forloop.index0 }}"},
		[3]string{"forloop.rindex", "How many turns are left, with this one.", "{{ forloop.rindex }}"},
		[3]string{"forloop.rindex0", "How many turns are left after this one.", "{{ forloop.rindex0 }}"},
		[3]string{"forloop.length", "How many turns there are.", "{{ forloop.length }}"},
	)
}
