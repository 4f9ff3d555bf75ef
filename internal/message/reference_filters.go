package message

func textFilters() []Name {
	return of("filter",
		[3]string{"default", "What to print in place of nothing.", "{{ shopper.first_name | default: 'there' }}"},
		[3]string{"upcase", "In capitals.", "{{ offer.code | upcase }}"},
		[3]string{"downcase", "In small letters.", "{{ shop.name | downcase }}"},
		[3]string{"capitalize", "With a capital at the beginning.", "{{ shopper.first_name | capitalize }}"},
		[3]string{"truncate", "Cut to a number of characters, with … at the end.", "{{ item.title | truncate: 40 }}"},
		[3]string{"truncatewords", "Cut to a number of words.", "{{ item.title | truncatewords: 5 }}"},
		[3]string{"append", "With something behind it.", "{{ shop.name | append: '!' }}"},
		[3]string{"prepend", "With something before it.", "{{ offer.code | prepend: 'Code: ' }}"},
		[3]string{"replace", "One text in place of another, everywhere.", "{{ item.variant | replace: ' / ', ', ' }}"},
		[3]string{"replace_first", "One text in place of another, once.", "{{ item.variant | replace_first: '/', 'in' }}"},
		[3]string{"replace_last", "One text in place of another, the last time it occurs.", "{{ item.variant | replace_last: '/', 'in' }}"},
		[3]string{"remove", "Without a text, everywhere.", "{{ item.title | remove: ' (new)' }}"},
		[3]string{"remove_first", "Without a text, once.", "{{ item.title | remove_first: '- ' }}"},
		[3]string{"remove_last", "Without a text, the last time it occurs.", "{{ item.title | remove_last: '.' }}"},
		[3]string{"slice", "A part, from a position (0 is the first) and so many characters long.", "{{ shopper.first_name | slice: 0, 1 }}"},
		[3]string{"split", "A list of the parts between a separator.", "{{ item.variant | split: ' / ' | first }}"},
		[3]string{"strip", "Without spaces around it.", "{{ item.title | strip }}"},
		[3]string{"lstrip", "Without spaces before it.", "{{ item.title | lstrip }}"},
		[3]string{"rstrip", "Without spaces behind it.", "{{ item.title | rstrip }}"},
		[3]string{"strip_html", "Without HTML tags.", "{{ item.title | strip_html }}"},
		[3]string{"strip_newlines", "Without line breaks.", "{{ shop.address | strip_newlines }}"},
		[3]string{"newline_to_br", "Line breaks as they are seen; must come last.", "{{ shop.address | newline_to_br }}"},
		[3]string{"handleize", "In the form addresses have: small letters and hyphens.", "{{ item.title | handleize }}"},
		[3]string{"handle", "The same as handleize.", "{{ item.title | handle }}"},
		[3]string{"pluralize", "The first word for one, the second for any other number.", "{{ cart.item_count | pluralize: 'thing', 'things' }}"},
		[3]string{"url_encode", "Fit to stand in an address.", "https://{{ shop.domain }}/search?q={{ item.title | url_encode }}"},
		[3]string{"url_decode", "Undoes url_encode.", "{{ item.sku | url_decode }}"},
		[3]string{"escape", "Changes nothing: what is printed into HTML is escaped already.", "{{ item.title | escape }}"},
		[3]string{"escape_once", "Changes nothing, as escape.", "{{ item.title | escape_once }}"},
		[3]string{"safe", "Changes nothing, as escape.", "{{ item.title | safe }}"},
	)
}

func listFilters() []Name {
	return of("filter",
		[3]string{"size", "How many entries a list, or characters a text has.", "{{ cart.items | size }}"},
		[3]string{"first", "The first entry.", "{{ cart.categories | first }}"},
		[3]string{"last", "The last entry.", "{{ cart.categories | last }}"},
		[3]string{"join", "A list as one text, with something in between.", "{{ cart.categories | join: ', ' }}"},
		[3]string{"map", "A list of one field of each entry.", "{{ cart.items | map: 'title' | join: ', ' }}"},
		[3]string{"where", "The entries whose field has a value.", "{% assign shirts = cart.items | where: 'variant', 'M' %}"},
		[3]string{"sort", "In order; by a field where one is named.", "{% assign dear = cart.items | sort: 'price_amount' %}"},
		[3]string{"sort_natural", "In order, capitals and small letters alike.", "{{ cart.categories | sort_natural | join: ', ' }}"},
		[3]string{"reverse", "The other way round.", "{{ cart.categories | reverse | join: ', ' }}"},
		[3]string{"uniq", "Each entry once.", "{{ cart.items | map: 'title' | uniq | join: ', ' }}"},
		[3]string{"compact", "Without empty entries.", "{{ cart.items | map: 'variant' | compact | join: ', ' }}"},
		[3]string{"concat", "Two lists as one.", "{{ cart.categories | concat: shopper.tags | join: ', ' }}"},
		[3]string{"sum", "All added up.", "{{ cart.items | map: 'quantity' | sum }}"},
	)
}

func numberFilters() []Name {
	return of("filter",
		[3]string{"money", "A number as money, in the cart’s currency.", "{{ cart.total_amount | times: 0.9 | money }}"},
		[3]string{"plus", "With a number added.", "{{ cart.item_count | plus: 1 }}"},
		[3]string{"minus", "With a number taken away.", "{{ cart.items | size | minus: 3 }}"},
		[3]string{"times", "Multiplied.", "{{ cart.total_amount | times: 0.9 | money }}"},
		[3]string{"divided_by", "Divided; whole numbers stay whole.", "{{ cart.total_amount | divided_by: 3.0 | money }}"},
		[3]string{"modulo", "What is left after dividing.", "{{ forloop.index | modulo: 2 }}"},
		[3]string{"abs", "Without its minus.", "{{ cart.total_amount | minus: 100 | abs | money }}"},
		[3]string{"round", "Rounded; to a number of decimals where one is named.", "{{ cart.total_amount | round }}"},
		[3]string{"ceil", "Rounded up.", "{{ cart.total_amount | ceil }}"},
		[3]string{"floor", "Rounded down.", "{{ cart.total_amount | floor }}"},
		[3]string{"at_least", "No less than a number.", "{{ cart.item_count | at_least: 1 }}"},
		[3]string{"at_most", "No more than a number.", "{{ cart.item_count | at_most: 9 }}"},
	)
}

func tagNames() []Name {
	return of("tag",
		[3]string{"if", "Only in a case; with elsif and else for others.", "{% if cart.total != '' %}{{ cart.total }}{% endif %}"},
		[3]string{"elsif", "Another case of if.", "{% if shopper.orders > 5 %}a{% elsif shopper.orders > 0 %}b{% endif %}"},
		[3]string{"else", "Every other case.", "{% if shopper.orders > 0 %}Welcome back{% else %}Hello{% endif %}"},
		[3]string{"unless", "Only if something is not so.", "{% unless cart.has_coupon %}…{% endunless %}"},
		[3]string{"case", "One of several values.", "{% case cart.stage %}{% when 'payment' %}a{% else %}b{% endcase %}"},
		[3]string{"when", "A value of case.", "{% case cart.stage %}{% when 'payment' %}a{% endcase %}"},
		[3]string{"for", "Once for each entry of a list.", "{% for item in cart.items limit: 3 %}{{ item.title }}{% endfor %}"},
		[3]string{"break", "Ends a loop.", "{% for item in cart.items %}{% break %}{% endfor %}"},
		[3]string{"continue", "Goes on with the next turn of a loop.", "{% for item in cart.items %}{% continue %}{% endfor %}"},
		[3]string{"tablerow", "A table’s cells, one for each entry; in HTML only.", "{% tablerow item in cart.items cols: 2 %}{{ item.title }}{% endtablerow %}"},
		[3]string{"assign", "Gives a value a name of your own.", "{% assign name = shopper.first_name | default: 'there' %}"},
		[3]string{"comment", "Is not printed.", "{% comment %}for the colleagues{% endcomment %}"},
		[3]string{"raw", "Prints what stands in it as it stands.", "{% raw %}100 % cotton{% endraw %}"},
		[3]string{"render", "Puts in a snippet.", "{% render 'cart_items' %}"},
	)
}

func snippetNames() []Name {
	return of("snippet",
		[3]string{"cart_items", "The cart’s lines with pictures and prices, and the total.", "{% render 'cart_items' %}"},
		[3]string{"button", "A button back to the cart.", "{% render 'button', label: 'Return to my bag' %}"},
		[3]string{"signature", "The shop’s name, and an offer to answer questions.", "{% render 'signature' %}"},
	)
}
