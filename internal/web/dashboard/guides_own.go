package dashboard

// ownGuides are those of platforms that merchants run themselves.
func ownGuides() []PlatformGuide {
	return []PlatformGuide{woocommerceGuide(), prestashopGuide(), magentoGuide(), shopwareGuide(), medusaGuide(), vendureGuide(), syliusGuide()}
}

func woocommerceGuide() PlatformGuide {
	return PlatformGuide{Key: "woocommerce", Name: "WooCommerce", Common: true,
		Steps: []string{
			"In WordPress open WooCommerce → Settings → Advanced → Webhooks.",
			"Press “Add webhook” for each of these topics: Order created, Order updated, Order deleted, Order restored. Set the status to Active and the API version to WP REST API v3.",
			"Enter the address shown here as the delivery URL, and the secret as the secret.",
			"For carts before the order, upload the Cartograph plugin under Plugins → Add New → Upload Plugin, and enter the same address and secret under WooCommerce → Settings → Integration → Cartograph. Saving posts a test.",
		},
		Secret:  "Have a secret made here, and enter it in every webhook and in the plugin.",
		Account: "From WooCommerce → Settings → Advanced → REST API → Add key, with the permission Read: the consumer key and the consumer secret. WooCommerce never repeats a webhook that failed: with the account such orders are found."}
}

func prestashopGuide() PlatformGuide {
	return PlatformGuide{Key: "prestashop", Name: "PrestaShop", Common: true,
		Steps: []string{
			"In the back office open Modules → Module Manager → Upload a module, and upload the Cartograph module (the folder cartograph of the companion, zipped).",
			"Press “Configure” and enter the address shown here and the secret. Saving posts a test and says what came of it.",
			"Have the cron address that the same page shows called every minute.",
		},
		Secret:  "Have a secret made here, and enter it in the module.",
		Account: "From Advanced Parameters → Webservice → Add new webservice key: the key, with View (GET) for the resources that the docs list, and the shop’s time zone from International → Localization. Lost orders are found, and what is no longer sold is left out of messages. Carts come by the module alone: PrestaShop’s web service does not tell what they cost."}
}

func magentoGuide() PlatformGuide {
	return PlatformGuide{Key: "magento", Name: "Magento and Adobe Commerce", Common: true, Lines: true,
		Label: "A secret of your own, or Adobe’s client:… line",
		Steps: []string{
			"Magento Open Source: copy the Cartograph module to app/code/Cartograph/Connect and run bin/magento module:enable Cartograph_Connect, setup:upgrade, setup:di:compile and cache:flush.",
			"Then open Stores → Configuration → Sales → Cartograph, and enter the address shown here and the secret. Magento’s cron must run.",
			"Adobe Commerce without the module: save a line here that says “client:” and the client id of your project’s OAuth Server-to-Server credential, from the Adobe Developer Console.",
			"Subscribe to the events with the fields that the platform’s page of the docs lists. In the Developer Console open the event registration → Delivery method Webhook, and enter the address shown here.",
		},
		Secret: "With the module, have a secret made here and enter it there. With Adobe I/O Events, save the line client:… here; Adobe’s keys are read from Adobe.",
		Account: "From System → Extensions → Integrations → Add New Integration: the access token and, in one field with colons between them, the consumer key, " +
			"consumer secret and access token secret, by which calls are signed. Lost orders and carts are found, and pictures and availability are brought up to date before a message."}
}

func shopwareGuide() PlatformGuide {
	return PlatformGuide{Key: "shopware", Name: "Shopware",
		Steps: []string{
			"In the administration open Extensions → My extensions → Upload extension, upload the Cartograph plugin (CartographCompanion, zipped), then install and activate it.",
			"Open its “Configure”, and enter the address shown here and the secret. Both may differ by sales channel.",
			"Let a worker run (bin/console messenger:consume async), as Shopware recommends anyway.",
		},
		Secret:  "Have a secret made here, and enter it in the plugin. For an app of your own, paste its shop secret.",
		Account: "From Settings → System → Integrations → Add integration: the access key ID and the secret access key. Lost orders are found, and names, pictures and availability are brought up to date before a message."}
}

func medusaGuide() PlatformGuide {
	return PlatformGuide{Key: "medusa", Name: "Medusa",
		Steps: []string{
			"Copy the folder src of the Cartograph companion over the src of your Medusa project (version 2).",
			"Set CARTOGRAPH_WEBHOOK_URL to the address shown here and CARTOGRAPH_WEBHOOK_SECRET to the secret in the server’s environment.",
			"Set CARTOGRAPH_CART_URL to the page of your storefront that takes up a cart, with {id} for its id. The companion’s README shows such a page.",
			"Build and restart the server.",
		},
		Secret:  "Have a secret made here, and set it in the server’s environment.",
		Account: "The backend address, and a secret API key from Medusa Admin → Settings → Developer → Secret API Keys → Create. Lost orders are found, and stock and pictures are brought up to date before a message."}
}

func vendureGuide() PlatformGuide {
	return PlatformGuide{Key: "vendure", Name: "Vendure",
		Steps: []string{
			"Put the Cartograph companion plugin into your Vendure project (version 3) and add it to the plugins of vendure-config.ts.",
			"In its options set url to the address shown here, secret to the secret, and cartUrl to the page of your storefront that takes up a cart. The companion’s README shows such a page.",
			"Build and restart the server and the worker.",
		},
		Secret:  "Have a secret made here, and set it in the plugin’s options.",
		Account: "The server address, and an API key or an administrator made for it with the permissions ReadOrder, ReadCustomer and ReadCatalog. Lost carts and orders are found, and stock and pictures are brought up to date before a message."}
}

func syliusGuide() PlatformGuide {
	return PlatformGuide{Key: "sylius", Name: "Sylius",
		Steps: []string{
			"Copy the Cartograph bundle into your project, for example to packages/cartograph; add it as a path repository and run composer require cartograph/sylius-bundle:@dev.",
			"Add Cartograph\\Sylius\\CartographSyliusBundle to config/bundles.php, and its routes as config/routes/cartograph_sylius.yaml.",
			"In config/packages/cartograph_sylius.yaml set url to the address shown here, secret to the secret, and transport to an asynchronous Messenger transport of yours.",
			"Let a worker run (bin/console messenger:consume async), with retries.",
		},
		Secret:  "Have a secret made here, and set it in the bundle’s configuration.",
		Account: "From Configuration → Administrators → Create, an administrator made for Cartograph alone: Administrator's email and Administrator's password. Sylius has no smaller rights for its API. Lost orders of the last day are found, and stock and prices are brought up to date before a message. Carts come by the bundle alone."}
}
