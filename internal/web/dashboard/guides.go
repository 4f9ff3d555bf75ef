package dashboard

// platformChoice is a platform with how a shop on it is connected.
type platformChoice struct {
	// Key is the adapter's name, Name what people call it.
	Key, Name string
	// Steps are what to do there, in order; after them come the address and the secret.
	Steps []string
	// Secret says where the secret comes from or goes; Theirs is true where the
	// platform makes it, and it is pasted here.
	Secret string
	Theirs bool
}

// platformChoices are the platforms there are instructions for.
var platformChoices = []platformChoice{
	{Key: "shopify", Name: "Shopify", Theirs: true, // #nosec G101 -- what to read, and no credentials
		Steps: []string{
			"In your Shopify admin open Settings → Notifications → Webhooks.",
			"Press “Create webhook” for each of these events: Cart creation, Cart update, Checkout creation, Checkout update, Order creation, Order update, Order cancellation.",
			"Choose the format JSON, and enter the address below each time.",
			"The same page then says “Your webhooks will be signed with” and a long secret: copy it in here.",
		},
		Secret: "Shopify makes the secret. Paste it here."},
	{Key: "woocommerce", Name: "WooCommerce",
		Steps: []string{
			"In WordPress open WooCommerce → Settings → Advanced → Webhooks.",
			"Press “Add webhook” for each of these topics: Order created, Order updated, Order deleted. Set the status to Active.",
			"Enter the address below as the delivery URL, and the secret as the secret.",
			"The block checkout’s drafts are the carts. With the classic checkout, send carts by the events API from your theme.",
		},
		Secret: "Have a secret made here, and enter it in every webhook."},
	{Key: "generic", Name: "Something else",
		Steps: []string{
			"Post your shop’s events as JSON to the address below: Product Added, Cart Viewed, Checkout Started, Order Completed (Segment’s names; those of Google Analytics work too).",
			"Sign each body with the secret: the header X-Cartograph-Signature holds sha256= and the hex HMAC-SHA256 of the body. Standard Webhooks signatures are taken as well.",
			"Or post to /api/v1/events with an API key instead; see the API’s documentation.",
		},
		Secret: "Have a secret made here, and sign with it."},
}

// guideOf gives the instructions of a shop's platform.
func guideOf(platform string) platformChoice {
	for _, p := range platformChoices {
		if p.Key == platform {
			return p
		}
	}
	return platformChoices[len(platformChoices)-1]
}
