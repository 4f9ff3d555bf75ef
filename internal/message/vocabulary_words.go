package message

// aboutVariable says what each variable is. A test keeps it complete.
var aboutVariable = map[string]string{
	"blank": "Nothing: compare with it to ask whether something is missing",

	"cart": "The cart the message is about", "cart.abandon_reason": "How far the shopper came: cart, checkout or payment",
	"cart.categories": "The categories of the cart’s products", "cart.currency": "The cart’s currency code",
	"cart.has_coupon": "true if a coupon is in the cart", "cart.item_count": "How many pieces are in the cart",
	"cart.items": "The cart’s lines; walk them with for", "cart.last_activity": "When the shopper was last active in the cart",
	"cart.restore_url": "The link that brings the cart back", "cart.stage": "cart, checkout or payment",
	"cart.total": "The cart’s total, written for the reader", "cart.total_amount": "The total as a number, for comparisons",

	"item": "One line of the cart, inside for", "item.image_url": "The product’s picture", "item.line_total": "Price times quantity, written for the reader",
	"item.line_total_amount": "Price times quantity as a number", "item.price": "The price of one piece, written for the reader",
	"item.price_amount": "The price as a number", "item.quantity": "How many pieces", "item.sku": "The product’s number",
	"item.stock": "How many are left, where the shop told", "item.title": "The product’s name", "item.url": "The product’s page",
	"item.variant": "The chosen variant, such as “Blue / M”",

	"forloop": "Where a loop is", "forloop.first": "true in the first turn", "forloop.last": "true in the last turn",
	"forloop.index": "The turn, from 1", "forloop.index0": "The turn, from 0", "forloop.rindex": "Turns left, to 1",
	"forloop.rindex0": "Turns left, to 0", "forloop.length": "How many turns there are",

	"message": "The message itself", "message.confirm_url": "The link that confirms an address; only in the request to confirm",
	"message.unsubscribe_url": "The link that stops such messages", "message.why_url": "The page that says why the shopper got this",

	"offer": "What the step promises, if it promises something", "offer.code": "The coupon’s code", "offer.expires": "Until when it holds",
	"offer.value": "What it is worth",

	"shop": "Your shop", "shop.address": "Your postal address", "shop.currency": "Your currency code", "shop.domain": "Your shop’s domain",
	"shop.name": "Your shop’s name", "shop.support_email": "Where questions go",

	"shopper": "Who the message is for", "shopper.country": "Their country code", "shopper.device": "mobile, tablet or desktop, where known",
	"shopper.email": "Their email address", "shopper.first_name": "Their first name; often missing, so give a default",
	"shopper.last_name": "Their last name", "shopper.locale": "Their language", "shopper.orders": "How often they bought before",
	"shopper.phone": "Their phone number", "shopper.spent": "What they spent before, written for the reader",
	"shopper.spent_amount": "What they spent before as a number", "shopper.tags": "Tags that your platform gave them",
	"shopper.visits": "How often they visited",
}

// aboutFilter says what each filter does. A test keeps it complete, and renders the examples.
var aboutFilter = map[string]Word{
	"abs":            {About: "The number without its sign", Example: "{{ -3 | abs }}"},
	"append":         {About: "Adds a text behind", Example: "{{ shop.name | append: '!' }}"},
	"at_least":       {About: "The number, or this if it is smaller", Example: "{{ cart.item_count | at_least: 1 }}"},
	"at_most":        {About: "The number, or this if it is larger", Example: "{{ cart.item_count | at_most: 9 }}"},
	"capitalize":     {About: "Makes the first letter a capital", Example: "{{ cart.stage | capitalize }}"},
	"ceil":           {About: "Rounds up", Example: "{{ cart.total_amount | ceil }}"},
	"compact":        {About: "Takes missing entries out of a list", Example: "{{ cart.categories | compact | size }}"},
	"concat":         {About: "Joins two lists", Example: "{{ cart.categories | concat: shopper.tags | join: ', ' }}"},
	"default":        {About: "Says something else where the value is missing", Example: "{{ shopper.first_name | default: 'Hello' }}"},
	"divided_by":     {About: "Divides", Example: "{{ cart.total_amount | divided_by: 2 }}"},
	"downcase":       {About: "Makes all letters small", Example: "{{ shop.name | downcase }}"},
	"escape":         {About: "Nothing: everything printed is escaped already", Example: "{{ shop.name | escape }}"},
	"escape_once":    {About: "Nothing: everything printed is escaped already", Example: "{{ shop.name | escape_once }}"},
	"first":          {About: "The first of a list", Example: "{{ cart.categories | first }}"},
	"floor":          {About: "Rounds down", Example: "{{ cart.total_amount | floor }}"},
	"handle":         {About: "Makes a text fit for an address", Example: "{{ shop.name | handle }}"},
	"handleize":      {About: "Makes a text fit for an address", Example: "{{ shop.name | handleize }}"},
	"join":           {About: "Writes a list as one text", Example: "{{ cart.categories | join: ', ' }}"},
	"last":           {About: "The last of a list", Example: "{{ cart.categories | last }}"},
	"lstrip":         {About: "Takes blanks off the beginning", Example: "{{ shop.name | lstrip }}"},
	"map":            {About: "Takes one field of every entry", Example: "{{ cart.items | map: 'title' | join: ', ' }}"},
	"minus":          {About: "Subtracts", Example: "{{ cart.item_count | minus: 1 }}"},
	"modulo":         {About: "What is left after dividing", Example: "{{ cart.item_count | modulo: 2 }}"},
	"money":          {About: "Writes a number as an amount of the cart’s currency", Example: "{{ cart.total_amount | money }}"},
	"newline_to_br":  {About: "Makes line breaks visible in HTML", Example: "{{ shop.address | newline_to_br }}"},
	"pluralize":      {About: "Chooses a word by a number", Example: "{{ cart.item_count | pluralize: 'item', 'items' }}"},
	"plus":           {About: "Adds", Example: "{{ cart.item_count | plus: 1 }}"},
	"prepend":        {About: "Adds a text in front", Example: "{{ shop.name | prepend: 'The ' }}"},
	"remove":         {About: "Takes a text out", Example: "{{ shop.name | remove: ' ' }}"},
	"remove_first":   {About: "Takes a text out once, at its first place", Example: "{{ shop.name | remove_first: ' ' }}"},
	"remove_last":    {About: "Takes a text out once, at its last place", Example: "{{ shop.name | remove_last: ' ' }}"},
	"replace":        {About: "Puts one text in place of another", Example: "{{ shop.name | replace: ' ', '-' }}"},
	"replace_first":  {About: "Puts one text in place of another, once", Example: "{{ shop.name | replace_first: ' ', '-' }}"},
	"replace_last":   {About: "Puts one text in place of another, at its last place", Example: "{{ shop.name | replace_last: ' ', '-' }}"},
	"reverse":        {About: "Turns a list round", Example: "{{ cart.categories | reverse | first }}"},
	"round":          {About: "Rounds, to so many decimals", Example: "{{ cart.total_amount | round: 1 }}"},
	"rstrip":         {About: "Takes blanks off the end", Example: "{{ shop.name | rstrip }}"},
	"safe":           {About: "Nothing: everything printed stays escaped", Example: "{{ shop.name | safe }}"},
	"size":           {About: "How many entries or characters", Example: "{{ cart.items | size }}"},
	"slice":          {About: "Cuts a piece out", Example: "{{ shop.name | slice: 0, 7 }}"},
	"sort":           {About: "Sorts a list", Example: "{{ cart.categories | sort | join: ', ' }}"},
	"sort_natural":   {About: "Sorts a list, capitals or not", Example: "{{ cart.categories | sort_natural | join: ', ' }}"},
	"split":          {About: "Makes a list of a text", Example: "{{ shop.name | split: ' ' | first }}"},
	"strip":          {About: "Takes blanks off both ends", Example: "{{ shop.name | strip }}"},
	"strip_html":     {About: "Takes tags out", Example: "{{ shop.name | strip_html }}"},
	"strip_newlines": {About: "Takes line breaks out", Example: "{{ shop.address | strip_newlines }}"},
	"sum":            {About: "Adds up one field of a list", Example: "{{ cart.items | sum: 'quantity' }}"},
	"times":          {About: "Multiplies", Example: "{{ cart.item_count | times: 2 }}"},
	"truncate":       {About: "Cuts a text to so many characters", Example: "{{ shop.name | truncate: 9 }}"},
	"truncatewords":  {About: "Cuts a text to so many words", Example: "{{ shop.name | truncatewords: 1 }}"},
	"uniq":           {About: "Takes repeated entries out", Example: "{{ cart.categories | uniq | size }}"},
	"upcase":         {About: "Makes all letters capitals", Example: "{{ shop.name | upcase }}"},
	"url_decode":     {About: "Reads a text from an address", Example: "{{ shop.domain | url_decode }}"},
	"url_encode":     {About: "Makes a text fit for an address’s query", Example: "{{ shop.name | url_encode }}"},
	"where":          {About: "Keeps entries whose field has a value", Example: "{{ cart.items | where: 'quantity', 1 | size }}"},
}

// aboutTag are the tags. A test compiles the examples.
var aboutTag = []Word{
	{Name: "if", About: "Shows something only if it is so", Example: "{% if cart.has_coupon %}…{% endif %}"},
	{Name: "unless", About: "Shows something only if it is not so", Example: "{% unless cart.has_coupon %}…{% endunless %}"},
	{Name: "elsif", About: "Otherwise, if", Example: "{% if shopper.orders > 5 %}…{% elsif shopper.orders > 0 %}…{% endif %}"},
	{Name: "else", About: "Otherwise", Example: "{% if shopper.orders > 0 %}…{% else %}…{% endif %}"},
	{Name: "case", About: "Chooses by a value", Example: "{% case cart.stage %}{% when 'payment' %}…{% else %}…{% endcase %}"},
	{Name: "when", About: "One of the values of case", Example: "{% case cart.stage %}{% when 'cart' %}…{% endcase %}"},
	{Name: "for", About: "Repeats for every entry of a list", Example: "{% for item in cart.items limit: 3 %}{{ item.title }}{% endfor %}"},
	{Name: "break", About: "Ends a loop", Example: "{% for item in cart.items %}{% break %}{% endfor %}"},
	{Name: "continue", About: "Goes on with the next turn", Example: "{% for item in cart.items %}{% continue %}{% endfor %}"},
	{Name: "tablerow", About: "Makes table rows of a list; in email only", Example: "{% tablerow item in cart.items cols: 2 %}{{ item.title }}{% endtablerow %}"},
	{Name: "assign", About: "Keeps a value under a name", Example: "{% assign lines = cart.items | size %}"},
	{Name: "render", About: "Puts a shipped snippet in", Example: "{% render 'cart_items' %}"},
	{Name: "comment", About: "Says something to other editors only", Example: "{% comment %}…{% endcomment %}"},
	{Name: "raw", About: "Prints braces as they are", Example: "{% raw %}{{ as typed }}{% endraw %}"},
}

// aboutSnippet are the shipped snippets.
var aboutSnippet = []Word{
	{Name: "cart_items", About: "The cart’s lines with pictures, prices and the total", Example: "{% render 'cart_items' %}"},
	{Name: "button", About: "A button that brings the cart back", Example: "{% render 'button', label: 'Back to my cart' %}"},
	{Name: "signature", About: "Your shop’s name, and how to ask a question", Example: "{% render 'signature' %}"},
}
