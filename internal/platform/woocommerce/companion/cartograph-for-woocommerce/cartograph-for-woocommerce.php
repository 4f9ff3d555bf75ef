<?php
/**
 * Plugin Name: Cartograph for WooCommerce
 * Description: Tells Cartograph of carts before the checkout, links orders to their cart, and brings a cart back on any device.
 * Version: 1.0.0
 * Requires at least: 6.2
 * Requires PHP: 7.4
 * Requires Plugins: woocommerce
 * WC requires at least: 8.0
 * License: Apache-2.0
 * Text Domain: cartograph-for-woocommerce
 *
 * @package Cartograph
 */

defined( 'ABSPATH' ) || exit;

define( 'CARTOGRAPH_WC_VERSION', '1.0.0' );
define( 'CARTOGRAPH_WC_FILE', __FILE__ );

require_once __DIR__ . '/includes/class-cartograph-options.php';
require_once __DIR__ . '/includes/class-cartograph-carts.php';
require_once __DIR__ . '/includes/class-cartograph-snapshot.php';
require_once __DIR__ . '/includes/class-cartograph-sender.php';
require_once __DIR__ . '/includes/class-cartograph-session.php';
require_once __DIR__ . '/includes/class-cartograph-checkout.php';
require_once __DIR__ . '/includes/class-cartograph-restore.php';
require_once __DIR__ . '/includes/class-cartograph-privacy.php';

register_activation_hook( __FILE__, array( 'Cartograph_Carts', 'install' ) );

add_action(
	'before_woocommerce_init',
	static function () {
		if ( class_exists( '\Automattic\WooCommerce\Utilities\FeaturesUtil' ) ) {
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'custom_order_tables', __FILE__, true );
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'cart_checkout_blocks', __FILE__, true );
		}
	}
);

add_action(
	'plugins_loaded',
	static function () {
		if ( ! class_exists( 'WooCommerce' ) ) {
			return;
		}
		add_filter( 'wp_consent_api_registered_' . plugin_basename( __FILE__ ), '__return_true' );
		add_filter(
			'woocommerce_integrations',
			static function ( $integrations ) {
				require_once __DIR__ . '/includes/class-cartograph-settings.php';
				$integrations[] = 'Cartograph_Settings';
				return $integrations;
			}
		);
		Cartograph_Sender::hook();
		Cartograph_Session::hook();
		Cartograph_Checkout::hook();
		Cartograph_Restore::hook();
		Cartograph_Privacy::hook();
	}
);
