<?php
/**
 * Follows the cart of a shopper's session.
 *
 * @package Cartograph
 */

defined( 'ABSPATH' ) || exit;

/**
 * Gives the session's cart an id and keeps each of its states, once per request
 * and only when it changed.
 */
class Cartograph_Session {

	const KEY = 'cartograph_cart';

	/**
	 * Whether this request may have changed the cart.
	 *
	 * @var bool
	 */
	private static $touched = false;

	/**
	 * Hooks every way in which a cart, its coupons or its shopper change, in pages,
	 * in WooCommerce's AJAX and in the Store API that the blocks use.
	 */
	public static function hook() {
		foreach ( array(
			'woocommerce_after_calculate_totals',
			'woocommerce_cart_item_removed',
			'woocommerce_store_api_cart_update_customer_from_request',
		) as $name ) {
			add_action( $name, array( __CLASS__, 'touch' ), 100, 0 );
		}
		add_action( 'woocommerce_cart_emptied', array( __CLASS__, 'emptied' ), 10, 0 );
		// Before WooCommerce writes its session, which it does at 20.
		add_action( 'shutdown', array( __CLASS__, 'finish' ), 10, 0 );
	}

	/**
	 * Notes that something may have changed.
	 */
	public static function touch() {
		self::$touched = true;
	}

	/**
	 * What the session knows of its cart.
	 *
	 * @return array
	 */
	public static function get() {
		$known = WC()->session ? WC()->session->get( self::KEY ) : null;
		$fresh = array(
			'id'         => '',
			'created_at' => '',
			'stage'      => 'cart',
			'typed'      => array(),
			'consent'    => null,
			'hash'       => '',
		);
		return is_array( $known ) ? array_merge( $fresh, array_intersect_key( $known, $fresh ) ) : $fresh;
	}

	/**
	 * Changes what the session knows.
	 *
	 * @param array $fields What to set.
	 */
	public static function set( $fields ) {
		if ( WC()->session ) {
			WC()->session->set( self::KEY, array_merge( self::get(), $fields ) );
			self::touch();
		}
	}

	/**
	 * Gives the cart an id, if it has none, and tells it.
	 *
	 * @return string
	 */
	public static function id() {
		$known = self::get();
		if ( '' === $known['id'] ) {
			$known['id'] = bin2hex( random_bytes( 16 ) );
			self::set(
				array(
					'id'         => $known['id'],
					'created_at' => Cartograph_Snapshot::time(),
					'hash'       => '',
				)
			);
		}
		return $known['id'];
	}

	/**
	 * WooCommerce empties a cart when its order was made. Such a cart is not
	 * emptied but bought, and what comes next is another cart.
	 */
	public static function emptied() {
		$known = self::get();
		$row   = '' !== $known['id'] ? Cartograph_Carts::find( $known['id'] ) : null;
		if ( $row && (int) $row['order_id'] > 0 ) {
			self::renew();
			self::$touched = false;
			return;
		}
		self::touch();
	}

	/**
	 * Lets the next thing put into the cart begin another one.
	 */
	public static function renew() {
		self::set(
			array(
				'id'         => '',
				'created_at' => '',
				'stage'      => 'cart',
				'hash'       => '',
			)
		);
	}

	/**
	 * Keeps the cart at the end of the request, if it changed.
	 */
	public static function finish() {
		if ( ! self::$touched || ! WC()->cart || ! WC()->session || ! Cartograph_Options::ready() ) {
			return;
		}
		self::$touched = false;
		try {
			self::keep();
		} catch ( Throwable $trouble ) {
			// A shop's page never fails for this.
			wc_get_logger()->error( 'A cart could not be kept: ' . get_class( $trouble ), array( 'source' => 'cartograph' ) );
		}
	}

	/**
	 * Keeps the cart and has it posted.
	 */
	private static function keep() {
		$known = self::get();
		if ( ! Cartograph_Options::consented() ) {
			if ( '' !== $known['id'] ) {
				// The visitor took the consent back: what was not told yet is not told.
				Cartograph_Carts::forget( $known['id'] );
				self::renew();
				self::$touched = false;
			}
			return;
		}
		if ( '' === $known['id'] && WC()->cart->is_empty() ) {
			return;
		}
		self::id();
		$known = self::get();
		$told  = Cartograph_Snapshot::cart( $known );
		$hash  = md5( (string) wp_json_encode( $told ) );
		if ( $hash !== $known['hash'] ) {
			Cartograph_Carts::keep( $told + array( 'updated_at' => Cartograph_Snapshot::time() ), Cartograph_Snapshot::contents( WC()->cart ) );
			WC()->session->set( self::KEY, array_merge( $known, array( 'hash' => $hash ) ) );
			Cartograph_Sender::soon( $known['id'] );
		}
		self::$touched = false;
	}
}
