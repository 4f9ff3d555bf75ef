<?php
/**
 * The way back to a cart, on any device.
 *
 * @package Cartograph
 */

defined( 'ABSPATH' ) || exit;

/**
 * Serves /?cartograph-cart=<id>&cartograph-key=<key>[&cartograph-coupon=<code>].
 *
 * The address names nobody and shows nothing but what was in the cart. It fills
 * the visitor's own session, and changes nothing for anybody else.
 */
class Cartograph_Restore {

	const CART   = 'cartograph-cart';
	const KEY    = 'cartograph-key';
	const COUPON = 'cartograph-coupon';

	/**
	 * Hooks the route where WooCommerce handles its own forms.
	 */
	public static function hook() {
		add_action( 'wp_loaded', array( __CLASS__, 'serve' ), 20, 0 );
	}

	/**
	 * The key of a cart's address.
	 *
	 * @param string $id The cart.
	 * @return string
	 */
	public static function key( $id ) {
		return substr( hash_hmac( 'sha256', 'restore:' . $id, Cartograph_Options::restore_key() ), 0, 32 );
	}

	/**
	 * The address of a cart.
	 *
	 * @param string $id The cart.
	 * @return string
	 */
	public static function url( $id ) {
		return add_query_arg(
			array(
				self::CART => $id,
				self::KEY  => self::key( $id ),
			),
			home_url( '/' )
		);
	}

	/**
	 * Reads a value of the address.
	 *
	 * @param string $name Its name.
	 * @return string
	 */
	private static function asked( $name ) {
		// The key in the address stands in for a nonce: it works for weeks, and on any device.
		return isset( $_GET[ $name ] ) && is_string( $_GET[ $name ] ) ? sanitize_text_field( wp_unslash( $_GET[ $name ] ) ) : ''; // phpcs:ignore WordPress.Security.NonceVerification
	}

	/**
	 * Answers the address.
	 */
	public static function serve() {
		$id = self::asked( self::CART );
		if ( '' === $id || ! WC()->cart || ! WC()->session ) {
			return;
		}
		// Notices, too, need a session that outlives this request.
		WC()->session->set_customer_session_cookie( true );
		nocache_headers();
		header( 'Referrer-Policy: no-referrer' );
		header( 'X-Robots-Tag: noindex, nofollow' );
		wp_safe_redirect( self::open( $id, self::asked( self::KEY ), self::asked( self::COUPON ) ) );
		exit;
	}

	/**
	 * Brings a cart back and gives the page to go on at.
	 *
	 * @param string $id The cart.
	 * @param string $key The address's key.
	 * @param string $coupon A code to apply, or "".
	 * @return string
	 */
	public static function open( $id, $key, $coupon ) {
		$row = preg_match( '/^[0-9a-f]{32}$/', $id ) && hash_equals( self::key( $id ), $key ) ? Cartograph_Carts::find( $id ) : null;
		if ( ! $row ) {
			wc_add_notice( __( 'This cart is no longer kept. What you like is still in the shop.', 'cartograph-for-woocommerce' ), 'notice' );
			return wc_get_page_permalink( 'shop' );
		}
		if ( self::bought( (int) $row['order_id'] ) ) {
			wc_add_notice( __( 'You have ordered this cart already. Thank you!', 'cartograph-for-woocommerce' ), 'success' );
			return wc_get_page_permalink( 'shop' );
		}
		self::fill( (array) json_decode( $row['contents'], true ) );
		self::adopt( $id, $row );
		if ( WC()->cart->is_empty() ) {
			return wc_get_page_permalink( 'shop' );
		}
		if ( '' !== $coupon && wc_coupons_enabled() && ! WC()->cart->has_discount( wc_format_coupon_code( $coupon ) ) ) {
			WC()->cart->apply_coupon( wc_format_coupon_code( $coupon ) );
		}
		return wc_get_checkout_url();
	}

	/**
	 * Whether an order is a purchase, and not one that waits for its payment.
	 *
	 * @param int $order_id The order, 0 for none.
	 * @return bool
	 */
	private static function bought( $order_id ) {
		$order = $order_id > 0 ? wc_get_order( $order_id ) : null;
		return $order && ! $order->has_status( array( 'checkout-draft', 'pending', 'failed', 'cancelled' ) );
	}

	/**
	 * Puts lines into the visitor's cart, beside what is there already.
	 *
	 * @param array $contents The lines.
	 */
	private static function fill( $contents ) {
		$missing = 0;
		foreach ( $contents as $line ) {
			$missing += self::add( (array) $line ) ? 0 : 1;
		}
		if ( $missing > 0 ) {
			/* translators: %d: how many products. */
			wc_add_notice( sprintf( _n( '%d product of your cart is not available any more.', '%d products of your cart are not available any more.', $missing, 'cartograph-for-woocommerce' ), $missing ), 'notice' );
		}
	}

	/**
	 * Puts one line into the cart.
	 *
	 * @param array $line Its product, variation, attributes and quantity.
	 * @return bool Whether it is there.
	 */
	private static function add( $line ) {
		$product_id   = isset( $line['product_id'] ) ? (int) $line['product_id'] : 0;
		$variation_id = isset( $line['variation_id'] ) ? (int) $line['variation_id'] : 0;
		$quantity     = isset( $line['quantity'] ) && is_numeric( $line['quantity'] ) ? $line['quantity'] + 0 : 1;
		$variation    = isset( $line['variation'] ) && is_array( $line['variation'] ) ? $line['variation'] : array();
		$product      = wc_get_product( $variation_id > 0 ? $variation_id : $product_id );
		if ( ! $product || ! $product->is_purchasable() || ! $product->is_in_stock() || $quantity <= 0 ) {
			return false;
		}
		$most = $product->get_max_purchase_quantity();
		if ( $most > 0 ) {
			$quantity = min( $quantity, $most );
		}
		$cart = WC()->cart;
		$key  = $cart->find_product_in_cart( $cart->generate_cart_id( $product_id, $variation_id, $variation ) );
		if ( $key ) {
			$there = $cart->get_cart()[ $key ]['quantity'];
			return $there >= $quantity || (bool) $cart->set_quantity( $key, $quantity );
		}
		return (bool) $cart->add_to_cart( $product_id, $quantity, $variation_id, $variation );
	}

	/**
	 * Makes the visitor's cart the one that was brought back, so that its order is
	 * linked to it. What they had begun here goes on in it.
	 *
	 * @param string $id The cart.
	 * @param array  $row What is kept of it.
	 */
	private static function adopt( $id, $row ) {
		$before = Cartograph_Session::get();
		if ( $before['id'] === $id ) {
			return;
		}
		$cart = (array) json_decode( $row['cart'], true );
		if ( '' !== $before['id'] ) {
			self::merge( $before['id'] );
		}
		Cartograph_Session::set(
			array(
				'id'         => $id,
				'created_at' => isset( $cart['created_at'] ) ? (string) $cart['created_at'] : Cartograph_Snapshot::time(),
				'stage'      => 'checkout',
				'hash'       => '',
			)
		);
	}

	/**
	 * Empties the cart that the visitor had before: what was in it is in the other one now.
	 *
	 * @param string $id That cart.
	 */
	private static function merge( $id ) {
		$row = Cartograph_Carts::find( $id );
		if ( ! $row || (int) $row['order_id'] > 0 ) {
			return;
		}
		$cart = (array) json_decode( $row['cart'], true );
		unset( $cart['revision'] );
		$cart['items']      = array();
		$cart['total']      = '0';
		$cart['updated_at'] = Cartograph_Snapshot::time();
		Cartograph_Carts::keep( $cart, array() );
		Cartograph_Sender::soon( $id );
	}
}
