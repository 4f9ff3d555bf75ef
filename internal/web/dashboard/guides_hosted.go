package dashboard

// hostedGuides are those of platforms that run the shop for the merchant.
func hostedGuides() []PlatformGuide {
	return []PlatformGuide{shopifyGuide(), wixGuide(), squarespaceGuide(), bigcommerceGuide(), commercetoolsGuide(), saleorGuide()}
}

func shopifyGuide() PlatformGuide {
	return PlatformGuide{Key: "shopify", Name: "Shopify", Common: true, Theirs: true, // #nosec G101 -- what to read, and no credentials
		Steps: []string{
			"In your Shopify admin open Settings → Notifications → Webhooks.",
			"Press “Create webhook” for each of these events: Cart creation, Cart update, Checkout creation, Checkout update, Checkout deletion, Order creation, Order update, Order cancellation, Order deletion.",
			"Choose the format JSON, and enter the address shown here each time.",
			"The same page then says “Your webhooks will be signed with” and a long secret: copy it in here.",
		},
		Secret:  "Shopify makes the secret. Paste it here.",
		Account: "With the client ID and the client secret of an app of yours (or, of an older one, its Admin API access token), lost orders are found and prices and stock are brought up to date before a message."}
}

func wixGuide() PlatformGuide {
	return PlatformGuide{Key: "wix", Name: "Wix", Common: true, Theirs: true, Lines: true, // #nosec G101 -- what to read, and no credentials
		Label: "The public key that Wix shows",
		Steps: []string{
			"In Wix Studio open Custom Apps → Create New App → Self-managed. On its Permissions page add Read Orders, Read eCommerce, Read Contacts, Read Products and Read v3 catalog, and Manage Orders if coupons are to be carried along. Install it on your site.",
			"Open Develop → Webhooks and create one for each event of carts, checkouts, abandoned checkouts, orders and contacts, each with the address shown here.",
			"On the same page press “Get Public Key” and paste all of it here, from -----BEGIN to -----END.",
			"Below the key add a line that says “instance: ” and the app instance ID of your site. Only this site’s events are taken then.",
		},
		Secret:  "Wix makes the key. Paste it here, with the line “instance: …” below it.",
		Account: "From Develop → OAuth: the app ID, its app secret (or instead of both an API key) and the app instance ID (with an API key, the site ID). Wix’s events often only name an order: with the account it is read, what was missed is found, and prices and stock are looked up before a message leaves."}
}

func squarespaceGuide() PlatformGuide {
	return PlatformGuide{Key: "squarespace", Name: "Squarespace", Common: true, Theirs: true, // #nosec G101 -- what to read, and no credentials
		Steps: []string{
			"In Squarespace open Settings → Developer tools → Developer API keys → Generate key, with the permission Orders: Read only. Enter it under Settings → Platform here: from then on orders are found.",
			"Squarespace tells of no carts: put the storefront pixel on your pages, and have your pages or backend post carts with an email to the generic address.",
			"Faster, if you have an OAuth extension: with its token, subscribe order.create, order.update and extension.uninstall to the address shown here by POST to api.squarespace.com/1.0/webhook_subscriptions. Its answer shows the secret once.",
		},
		Secret:  "Only for notifications: Squarespace makes the secret when you subscribe. Paste it here.",
		Account: "The API key. Without it Cartograph learns of no order."}
}

func bigcommerceGuide() PlatformGuide {
	return PlatformGuide{Key: "bigcommerce", Name: "BigCommerce", Common: true, Theirs: true, // #nosec G101 -- what to read, and no credentials
		Label: "The client secret that BigCommerce shows",
		Steps: []string{
			"In BigCommerce open Settings → Store-level API accounts → Create API account, of the type V2/V3 API token.",
			"Give it the scopes Carts: modify, Checkouts: modify, Orders: read-only, Customers: read-only and Products: read-only. Keep the API path (it holds the store hash), the access token and the client secret.",
			"Webhooks have no page there: post to api.bigcommerce.com/stores/(store hash)/v3/hooks with the header X-Auth-Token, once for each scope: store/cart/*, store/order/*, store/customer/created, store/customer/updated, store/subscriber/created, store/subscriber/updated. The destination is the address shown here; set is_active to true.",
			"Paste the client secret here. A new webhook needs up to a minute. If the secret is that of an app and not of a store-level account, set this shop’s domain to the permanent one (store-….mybigcommerce.com): nothing else tells the app’s stores apart.",
		},
		Secret:  "BigCommerce makes it: it is the client secret of the API account that made the webhooks.",
		Account: "The store hash and the access token. BigCommerce’s webhooks only name carts and orders: without the account there is nothing to read."}
}

func commercetoolsGuide() PlatformGuide {
	return PlatformGuide{Key: "commercetools", Name: "commercetools",
		Steps: []string{
			"In the Merchant Center open Settings → Developer settings → Create new API client, with the scopes view_orders, view_payments, view_cart_discounts, view_discount_codes and view_published_products.",
			"Enter its values under Settings → Platform here. From then on carts and orders are listed, which is enough by itself; the rest makes it faster.",
			"Make a queue that posts to the address shown here: a Pub/Sub push subscription or an SNS subscription with ?token= and the secret behind the address, or an EventBridge API destination whose connection sends the secret as the API key X-Cartograph-Token.",
			"Subscribe at /{projectKey}/subscriptions to that queue: messages of order and payment, changes of cart and customer.",
		},
		Secret:  "Have a secret made here, and give it to the queue alone: nothing else protects what it posts.",
		Account: "The project key, the client id and the client secret; the API URL if it is not the one of Europe (GCP)."}
}

func saleorGuide() PlatformGuide {
	return PlatformGuide{Key: "saleor", Name: "Saleor", Lines: true, Unneeded: true, // #nosec G101 -- what to read, and no credentials
		Label: "A public key, a key set or a secret",
		Steps: []string{
			"In the dashboard open Extensions → Installed → Add extension → Provide details manually. Name it Cartograph, with the permissions Manage checkouts, Manage orders, Manage customers and Manage products.",
			"On the extension’s page open Tokens → Create token, and save it under Settings → Platform here.",
			"There too, Webhooks → Create webhook: the address shown here as target, no secret key, and the subscription query subscription.graphql that comes with Cartograph.",
			"Choose the asynchronous events that the query names.",
		},
		Secret:  "Saleor signs with a key that it publishes, and Cartograph reads it there: nothing needs to be entered. A public key (PEM) or key set of yours, or the secret key of an older webhook, is taken as well.",
		Account: "The app token; the API address where Saleor does not run at your shop’s domain, such as shop.saleor.cloud."}
}
